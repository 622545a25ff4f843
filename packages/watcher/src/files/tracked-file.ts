import type { BigIntStats, Stats } from 'node:fs'
import type { FileCursor } from '../file-cursor.ts'
import type { TranscriptFormat, TranscriptIdentity } from '../formats/transcript-format.ts'
import type { JsonObject } from '../json.ts'
import { type Marker, NO_MARKER } from '../reading/marker.ts'
import { toSavedState } from '../reading/saved-state.ts'
import type { FileIdentity } from './file-identity.ts'
import { toSmallest } from './file-index.ts'
import { type PackedJson, packJson, unpackJson } from './packed-json.ts'

/** A compressed file is read from its start to its end, or to where it is damaged, and then left alone until it changes. */
export type ArchiveProgress = 'open' | 'read' | 'damaged'

/** Where a file is, and what that says about it. */
type Place = Pick<TrackedFile, 'format' | 'path' | 'transcript'>

const SECOND_NS = 1_000_000_000n

/**
 * A transcript file that the watcher knows, and how far it has come with it.
 *
 * There can be tens of thousands, nearly all of them at rest: what only reading needs is kept as text and put together
 * when it is asked for, and times are kept as small numbers, since a `bigint` takes as much memory as three of them.
 */
export class TrackedFile {
  /** Together with the inode: which file it is while it exists. */
  readonly device: number | bigint
  readonly inode: number | bigint
  readonly format: TranscriptFormat
  /** Where it was last seen. */
  path: string
  generation = 0
  /** Why the generation that comes next begins; null while the present one goes on. */
  restartReason: string | null = null
  /** The first byte that was not handed out yet. */
  offset = 0
  /** The first byte that is not committed yet; never beyond `offset`. */
  committed = 0
  /** Size when it was last looked at; see `mtimeNs`. */
  size: number
  /** How far a compressed file was read; null for a plain one. */
  archive: ArchiveProgress | null
  /** False while it is not certain that the file is still the one that was read up to `offset`. */
  isVerified = true
  /** Up to here an unfinished line was searched for its newline in vain. */
  scanned = 0
  /** Its last line has no newline yet, and was not complete when it was last looked at. */
  hasOpenLine = false
  /** When its session ends if nothing more comes, in milliseconds since the epoch; null if it has ended or none began. */
  sessionDueAt: number | null = null
  /** It is not at its path any more; what is still to be had from it is read while it is open. */
  vanished = false
  /** It is not read at present: see `Quarantine`. */
  quarantined = false
  /** It killed a process before, or was in quarantine, and was not read beyond that since. */
  suspect = false
  /** Waits in the queue to be read. */
  queued = false
  /** The number of the sweep that saw it last. */
  sweep = 0
  #birthSeconds: number
  #birthNanos: number
  #mtimeSeconds = 0
  #mtimeNanos = 0
  #markerHash = NO_MARKER.hash
  #markerLength = NO_MARKER.length
  #state: PackedJson | null = null
  #transcript: TranscriptIdentity | null

  constructor(stats: BigIntStats, birthTimeNs: bigint, { format, path, transcript }: Place) {
    this.device = toSmallest(stats.dev)
    this.inode = toSmallest(stats.ino)
    this.format = format
    this.path = path
    this.archive = transcript.compressed === true ? 'open' : null
    this.size = Number(stats.size)
    this.#birthSeconds = Number(birthTimeNs / SECOND_NS)
    this.#birthNanos = Number(birthTimeNs % SECOND_NS)
    this.mtimeNs = stats.mtimeNs
    this.#transcript = transcript
  }

  /** What its first name said about it. */
  get transcript(): TranscriptIdentity {
    this.#transcript ??= toSavedState(JSON.parse(this.state ?? '') as JsonObject).transcript
    return this.#transcript
  }

  /** See `fileKey`. */
  get key(): string {
    return `${this.device}:${this.inode}`
  }

  get identity(): FileIdentity {
    return { device: String(this.device), inode: String(this.inode), birthTimeNs: String(this.birthTimeNs) }
  }

  get birthTimeNs(): bigint {
    return BigInt(this.#birthSeconds) * SECOND_NS + BigInt(this.#birthNanos)
  }

  /** Modification time when it was last looked at. */
  get mtimeNs(): bigint {
    return BigInt(this.#mtimeSeconds) * SECOND_NS + BigInt(this.#mtimeNanos)
  }

  set mtimeNs(ns: bigint) {
    this.#mtimeSeconds = Number(ns / SECOND_NS)
    this.#mtimeNanos = Number(ns % SECOND_NS)
  }

  /** The same, in milliseconds since the epoch, as exact as a double can be. */
  get mtimeMs(): number {
    return this.#mtimeSeconds * 1_000 + this.#mtimeNanos / 1_000_000
  }

  /**
   * Whether it is the file of these stats, and has neither grown nor been written to since it was last looked at. Stats
   * as doubles cost a tenth of exact ones; false where they are not exact enough to tell. Times are to a quarter of a
   * microsecond: no clock of a file system tells two writes that close from each other.
   */
  isUnchanged(stats: Stats): boolean {
    return (
      this.size === stats.size &&
      this.mtimeMs === stats.mtimeMs &&
      this.inode === stats.ino &&
      this.device === stats.dev &&
      stats.ino <= Number.MAX_SAFE_INTEGER &&
      (stats.birthtimeMs === 0 || this.#birthTimeMs === stats.birthtimeMs)
    )
  }

  get #birthTimeMs(): number {
    return this.#birthSeconds * 1_000 + this.#birthNanos / 1_000_000
  }

  get marker(): Marker {
    return { hash: this.#markerHash, length: this.#markerLength }
  }

  set marker({ hash, length }: Marker) {
    this.#markerHash = hash
    this.#markerLength = length
  }

  /** Parser and session clock at `offset`, as JSON text. */
  get state(): string | null {
    return this.#state === null ? null : unpackJson(this.#state)
  }

  set state(text: string | null) {
    // Without a state the name has to be known from elsewhere; with one it is part of it.
    if (text === null) this.#transcript = this.transcript
    this.#state = text === null ? null : packJson(text)
    if (text !== null) this.#transcript = null
  }
}

/** A file that was never read. */
export function trackNewFile(stats: BigIntStats, place: Place): TrackedFile {
  return new TrackedFile(stats, stats.birthtimeNs, place)
}

/** A file in whose place another one, now gone, was read before: the same inode, given to a new file. */
export function trackRecreatedFile(previousGeneration: number, stats: BigIntStats, place: Place): TrackedFile {
  const file = trackNewFile(stats, place)
  file.generation = previousGeneration + 1
  file.restartReason = 'recreated'
  return file
}

/** A file whose cursor was stored: it goes on from there, under the name that it had when it was first seen. */
export function trackKnownFile(cursor: FileCursor, stats: BigIntStats, place: Place): TrackedFile {
  const file = new TrackedFile(stats, BigInt(cursor.file.birthTimeNs), place)
  file.isVerified = isAsStored(cursor, stats)
  if (file.archive !== null && file.isVerified) file.archive = toSavedState(cursor.state).archive ?? 'open'
  file.generation = cursor.generation
  file.offset = cursor.offset
  file.committed = cursor.offset
  file.scanned = cursor.offset
  file.marker = cursor.marker
  file.state = JSON.stringify(cursor.state)
  return file
}

/** Whether there may be something to read in it. */
export function isBehind(file: TrackedFile): boolean {
  if (!file.isVerified || file.restartReason !== null) return true
  return file.archive === null ? file.offset !== file.size : file.archive === 'open'
}

/** The file is not the one any more that was read up to the offset: a new generation begins. */
export function startOver(file: TrackedFile, reason: string): void {
  file.generation += 1
  file.restartReason = reason
  file.offset = 0
  file.scanned = 0
  file.marker = NO_MARKER
  file.state = null
}

/** The cursor of a tracked file whose state is at hand. */
export function toFileCursor(file: TrackedFile, state: JsonObject): FileCursor {
  return {
    agent: file.format.agent,
    path: file.path,
    transcript: file.transcript.transcript,
    file: file.identity,
    generation: file.generation,
    offset: file.offset,
    marker: file.marker,
    state,
    size: file.size,
    mtimeNs: String(file.mtimeNs),
  }
}

function isAsStored(cursor: FileCursor, stats: BigIntStats): boolean {
  return cursor.size === Number(stats.size) && cursor.mtimeNs === String(stats.mtimeNs)
}
