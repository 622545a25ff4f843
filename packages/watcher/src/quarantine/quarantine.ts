import { statSync } from 'node:fs'
import type { FileCursor } from '../file-cursor.ts'
import { type FileIdentity, fileKey, isRecreated } from '../files/file-identity.ts'
import type { TrackedFile } from '../files/tracked-file.ts'
import { type Mark, readMarks } from '../reading/read-mark.ts'
import type { WatcherReport } from '../report.ts'
import {
  decideAfterCommit,
  decideAfterDeath,
  decideAfterMove,
  decideAfterRequest,
  isFile,
  isHeld,
  isSuspect,
  noteDeath,
  quarantine,
} from './decide-quarantine.ts'
import {
  NO_QUARANTINE,
  type Position,
  type QuarantineEntry,
  type QuarantineRecord,
  readRecord,
  writeRecord,
} from './quarantine-record.ts'
import type { QuarantinedFile } from './quarantined-file.ts'

/** How often is looked whether a file that waits is due. */
const LOOK_EVERY_MS = 5_000

/** How many files a status names. */
const MOST_NAMED = 100

export interface QuarantineOptions {
  /** Where it is kept from one process to the next; null to keep it for the life of this process only. */
  readonly directory: string | null
  readonly report: WatcherReport
  /** A file that waited may be read again. */
  readonly release: (file: TrackedFile) => void
  readonly now: () => number
}

/** Keeps files from being read that kill the watcher or that the store refuses, so that all others are read. */
export class Quarantine {
  readonly #options: QuarantineOptions
  readonly #marks: readonly Mark[]
  readonly #cursors = new Map<Mark, Position>()
  #record: QuarantineRecord
  readonly #held = new Map<string, TrackedFile>()
  #timer: NodeJS.Timeout | null = null

  /** Reads what the process before left behind. Call {@link Quarantine.judge} once the cursors went by. */
  constructor(options: QuarantineOptions) {
    const { directory } = options
    this.#options = options
    this.#marks = directory === null ? [] : readMarks(directory)
    this.#record = directory === null ? NO_QUARANTINE : readRecord(directory)
  }

  /** Hands the cursors on, and remembers the one that matters here. */
  *watch(cursors: Iterable<FileCursor>): Generator<FileCursor> {
    for (const cursor of cursors) {
      for (const mark of this.#marks) if (isFile(mark, cursor.file)) this.#cursors.set(mark, positionOf(cursor))
      yield cursor
    }
  }

  /** Decides what the death of the process before means, if it died of a file. */
  judge(): void {
    const [first] = this.#marks
    if (first === undefined) return
    const { now, report } = this.#options
    let record = noteDeath(this.#record, now())
    for (const mark of this.#marks) {
      report.diedReading?.(mark.path, { offset: mark.from, length: mark.to - mark.from })
      record = decideAfterDeath(record, mark, this.#cursors.get(mark) ?? null, now())
    }
    this.#change(record)
    for (const { file } of this.#marks) this.#reportEntry(file)
  }

  /** Whether a file is not to be read now; it is released when it is due. */
  holds(file: TrackedFile): boolean {
    file.suspect = isSuspect(this.#record, file.identity)
    if (!file.suspect) return false
    file.quarantined = this.#isHeld(file)
    if (!file.quarantined) return false
    const moved = decideAfterMove(this.#record, file.identity, file.path)
    if (moved !== this.#record) this.#change(moved)
    this.#held.set(file.key, file)
    this.#timer ??= setInterval(() => this.#releaseDue(), LOOK_EVERY_MS)
    return true
  }

  /** Puts a file into quarantine from now on. */
  add(file: TrackedFile, { from, to }: { readonly from: number; readonly to: number }, reason: string): void {
    const mark = { file: file.identity, path: file.path, generation: file.generation, from, to, shared: false }
    this.#change(quarantine(this.#record, mark, reason, this.#options.now()))
    this.#reportEntry(file.identity)
    this.holds(file)
  }

  /** A segment of a file was committed. */
  committed(cursor: FileCursor): void {
    const { entries, deaths } = this.#record
    if (entries.length === 0 && deaths.length === 0) return
    const after = decideAfterCommit(this.#record, cursor.file, cursor)
    if (after === this.#record) return
    const isReleased = after.entries.length < entries.length
    this.#change(after)
    if (isReleased) this.#options.report.quarantineEnded?.(cursor.path)
  }

  list(): readonly QuarantinedFile[] {
    return toQuarantinedFiles(this.#record)
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
  }

  #isHeld(file: TrackedFile): boolean {
    return isHeld(this.#record, file.identity, this.#options.now())
  }

  #reportEntry(file: FileIdentity): void {
    const entry = this.#record.entries.find((each) => isFile(each, file))
    if (entry !== undefined) this.#options.report.fileQuarantined?.(toQuarantinedFile(entry))
  }

  #releaseDue(): void {
    for (const [key, file] of this.#held) {
      if (!file.vanished && this.#isHeld(file)) continue
      this.#held.delete(key)
      file.quarantined = false
      if (!file.vanished) this.#options.release(file)
    }
  }

  #change(record: QuarantineRecord): void {
    const { directory, report } = this.#options
    this.#record = record
    if (directory === null) return
    try {
      writeRecord(directory, record)
    } catch (error) {
      report.unreadable?.(directory, error as Error)
    }
  }
}

/**
 * To be called after a requested stop: the next process tries every file again immediately. After a
 * crash it is not called.
 */
export function retryQuarantined(directory: string): void {
  const record = readRecord(directory)
  if (record.entries.length > 0 || record.diedAt.length > 0) writeRecord(directory, decideAfterRequest(record))
}

/** The files in quarantine, whether or not a watcher runs. */
export function readQuarantine(directory: string): readonly QuarantinedFile[] {
  return toQuarantinedFiles(readRecord(directory))
}

/** Those that are there: what was removed or replaced does not have to be named any more. */
function toQuarantinedFiles({ entries }: QuarantineRecord): readonly QuarantinedFile[] {
  return entries.filter(isThere).slice(0, MOST_NAMED).map(toQuarantinedFile)
}

function isThere({ path, file }: QuarantineEntry): boolean {
  try {
    const stats = statSync(path, { bigint: true })
    return fileKey(stats) === `${file.device}:${file.inode}` && !isRecreated(file, stats)
  } catch {
    return false
  }
}

function positionOf({ generation, offset }: FileCursor): Position {
  return { generation, offset }
}

function toQuarantinedFile({ path, from, reason, since, retryAt }: QuarantineEntry): QuarantinedFile {
  return {
    path,
    offset: from,
    reason,
    since: new Date(since).toISOString(),
    retryAt: new Date(retryAt).toISOString(),
  }
}
