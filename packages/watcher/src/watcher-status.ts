import type { TrackedFile } from './files/tracked-file.ts'
import type { QuarantinedFile } from './quarantine/quarantined-file.ts'

/** How far the watcher has come, counted over all files that are there now. */
export interface WatcherStatus {
  readonly files: number
  /** Files of which everything that can be is committed. */
  readonly filesCaughtUp: number
  /** Files written within the last ten minutes. */
  readonly activeFiles: number
  /** Bytes on disk that are not committed yet and could be; not those of unfinished last lines and files in quarantine. */
  readonly bytesBehind: number
  /** Bytes of last lines that have no newline yet. */
  readonly bytesOpen: number
  /** All bytes on disk, and those of them that are committed. */
  readonly bytesTotal: number
  readonly bytesCommitted: number
  /** Lines skipped since the start although they may have held words. */
  readonly skippedLines: number
  /** Files that are not read at present; the first hundred of them. */
  readonly quarantinedFiles: readonly QuarantinedFile[]
  /** How changes are found: told by the system, or by looking. */
  readonly mode: 'watch' | 'polling'
}

/** A file counts as active for this long after its last write. */
export const ACTIVE_MS = 600_000

/** What is summed up over the files. */
type FileTotals = Omit<WatcherStatus, 'skippedLines' | 'quarantinedFiles' | 'mode'>

/** Files cease to be active by themselves, which is seen this much too late while nothing else happens. */
const LASTS_MS = 30_000

/** Sums up anew only if something has happened: it is asked every few seconds about tens of thousands of files. */
export class LastingTotals {
  #totals: FileTotals | null = null
  #version = -1
  #summedAt = 0

  /** @param version another one, from 0 on, after every change of any file */
  get(files: Iterable<TrackedFile>, version: number, now: number): FileTotals {
    if (this.#totals === null || version !== this.#version || now - this.#summedAt >= LASTS_MS) {
      this.#totals = sumUpFiles(files, now)
      this.#version = version
      this.#summedAt = now
    }
    return this.#totals
  }
}

function sumUpFiles(files: Iterable<TrackedFile>, now: number): FileTotals {
  const sum = {
    files: 0,
    filesCaughtUp: 0,
    activeFiles: 0,
    bytesBehind: 0,
    bytesOpen: 0,
    bytesTotal: 0,
    bytesCommitted: 0,
  }
  // One comparison each, and nothing allocated.
  const activeSince = now - ACTIVE_MS
  for (const file of files) {
    const open = openBytes(file)
    const committed = committedBytes(file)
    sum.files += 1
    if (file.mtimeMs > activeSince) sum.activeFiles += 1
    sum.bytesOpen += open
    sum.bytesTotal += file.size
    sum.bytesCommitted += committed
    const behind = file.quarantined ? 0 : Math.max(0, file.size - committed - open)
    sum.bytesBehind += behind
    if (behind === 0) sum.filesCaughtUp += 1
  }
  return sum
}

function openBytes(file: TrackedFile): number {
  return file.hasOpenLine && file.archive === null ? file.size - file.offset : 0
}

// Of a compressed file only its size on disk is known beforehand, so it counts as a whole, once it was read.
function committedBytes(file: TrackedFile): number {
  if (file.archive === null) return file.committed
  return file.archive !== 'open' && file.committed === file.offset ? file.size : 0
}

export function isActive(file: TrackedFile, now: number): boolean {
  return file.mtimeMs > now - ACTIVE_MS
}
