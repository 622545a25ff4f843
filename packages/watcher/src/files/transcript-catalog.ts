import { type BigIntStats, statSync } from 'node:fs'
import { crashPoint } from '../crash-point.ts'
import type { FileCursor } from '../file-cursor.ts'
import type { TranscriptFormat } from '../formats/transcript-format.ts'
import type { JsonObject } from '../json.ts'
import { fromSavedState, toSavedState } from '../reading/saved-state.ts'
import type { WatcherReport } from '../report.ts'
import { SessionClock } from '../sessions/session-clock.ts'
import { fileKey, isRecreated } from './file-identity.ts'
import { FileIndex } from './file-index.ts'
import {
  isBehind,
  type TrackedFile,
  toFileCursor,
  trackKnownFile,
  trackNewFile,
  trackRecreatedFile,
} from './tracked-file.ts'

/** No file has it: one whose cursor says so is compared with what was read of it before it is read on. */
const UNKNOWN_SIZE = -1

/** A path below a source folder. */
export interface FoundPath {
  readonly format: TranscriptFormat
  readonly path: string
  readonly relativePath: string
}

/** A file that was looked at, and whether it changed since it was last read. */
export interface Sighting {
  readonly file: TrackedFile
  readonly changed: boolean
}

export interface TranscriptCatalogOptions {
  /** Gone through once, and not held. */
  readonly cursors: Iterable<FileCursor>
  readonly inactivityTimeoutMs: number
  readonly report: WatcherReport
}

/** The transcript files that are known, by what they are (device, inode) and by where they are. */
export class TranscriptCatalog {
  readonly #files = new FileIndex()
  readonly #byPath = new Map<string, TrackedFile>()
  readonly #cursors = new Map<string, FileCursor>()
  readonly #options: Omit<TranscriptCatalogOptions, 'cursors'>
  #version = 0

  constructor({ cursors, ...options }: TranscriptCatalogOptions) {
    this.#options = options
    for (const cursor of cursors) this.#cursors.set(`${cursor.file.device}:${cursor.file.inode}`, cursor)
  }

  get files(): Iterable<TrackedFile> {
    return this.#files
  }

  get size(): number {
    return this.#files.size
  }

  /** Grows with whatever may have changed about a file, or which files there are. */
  get version(): number {
    return this.#version
  }

  at(path: string): TrackedFile | undefined {
    return this.#byPath.get(path)
  }

  /** Takes note of a file that stands at a path. Returns null for one that is no transcript, or known elsewhere. */
  sight(found: FoundPath, stats: BigIntStats): Sighting | null {
    this.#version += 1
    const known = this.#files.get(stats)
    if (known !== undefined && !isRecreated(known, stats)) return this.#sightAgain(known, found, stats)
    if (known !== undefined) this.remove(known)
    const file = this.#track(found, stats, known)
    if (file === null) return null
    this.#files.set(file)
    this.#byPath.set(file.path, file)
    return { file, changed: isBehind(file) }
  }

  /** Forgets a file; its cursor stays at hand, should it come back. */
  remove(file: TrackedFile): void {
    this.#version += 1
    file.vanished = true
    if (this.#byPath.get(file.path) === file) this.#byPath.delete(file.path)
    // Its inode can belong to another file by now.
    if (this.#files.delete(file)) this.#cursors.set(file.key, lastCursor(file))
  }

  #track(found: FoundPath, stats: BigIntStats, previous: TrackedFile | undefined): TrackedFile | null {
    const transcript = found.format.identify(found.relativePath)
    if (transcript === null) return null
    const place = { format: found.format, path: found.path, transcript }
    if (previous !== undefined) return trackRecreatedFile(previous.generation, stats, place)
    const key = fileKey(stats)
    const cursor = this.#cursors.get(key)
    this.#cursors.delete(key)
    if (cursor === undefined) return trackNewFile(stats, place)
    if (isRecreated(cursor.file, stats)) return trackRecreatedFile(cursor.generation, stats, place)
    const file = trackKnownFile(cursor, stats, place)
    crashPoint('cursor_loaded')
    file.sessionDueAt = this.#sessionDueAt(cursor)
    if (file.path !== cursor.path) this.#options.report.fileMoved?.(cursor.path, file.path)
    return file
  }

  #sightAgain(file: TrackedFile, found: FoundPath, stats: BigIntStats): Sighting | null {
    if (file.path !== found.path && !this.#move(file, found)) return null
    file.vanished = false
    return { file, changed: file.mtimeNs !== stats.mtimeNs || file.size !== Number(stats.size) }
  }

  // One file under two names (hard links) keeps the first; under a new name only, it was moved.
  #move(file: TrackedFile, found: FoundPath): boolean {
    const stillThere = statSync(file.path, { bigint: true, throwIfNoEntry: false })
    if (stillThere !== undefined && fileKey(stillThere) === file.key) return false
    this.#options.report.fileMoved?.(file.path, found.path)
    if (this.#byPath.get(file.path) === file) this.#byPath.delete(file.path)
    file.path = found.path
    this.#byPath.set(file.path, file)
    return true
  }

  #sessionDueAt(cursor: FileCursor): number | null {
    const state = toSavedState(cursor.state).clock
    return new SessionClock({ agent: cursor.agent, timeoutMs: this.#options.inactivityTimeoutMs, state }).dueAt
  }
}

function lastCursor(file: TrackedFile): FileCursor {
  const unread = fromSavedState({ transcript: file.transcript, parser: null, clock: null })
  const cursor = toFileCursor(file, file.state === null ? unread : (JSON.parse(file.state) as JsonObject))
  // Until a file was compared with what was read of it, its size and time say nothing.
  return file.isVerified ? cursor : { ...cursor, size: UNKNOWN_SIZE }
}
