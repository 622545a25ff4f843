import type { SkippedRange } from '@turnlog/watcher'
import type { Logger } from '../logging/create-logger.ts'
import { formatBytes, formatCount } from '../terminal/format-amount.ts'

/** A junk file has thousands of lines: each minute, one line of the log about it is enough. */
const EVERY_MS = 60_000

interface Skipped {
  places: number
  bytes: number
  /** The first range since the last log line. */
  first: SkippedRange
}

/** Logs what was skipped: at once for the first place in a file, then at most one line per file and minute. */
export class SkippedLog {
  readonly #log: Pick<Logger, 'warn'>
  /** What came since the last log line of a file; null if nothing did. */
  readonly #files = new Map<string, Skipped | null>()

  constructor(log: Pick<Logger, 'warn'>) {
    this.#log = log
  }

  add(path: string, range: SkippedRange): void {
    const { places = 1, length } = range
    const before = this.#files.get(path)
    if (before === undefined) this.#write(path, { places, bytes: length, first: range })
    else if (before === null) this.#files.set(path, { places, bytes: length, first: range })
    else {
      before.places += places
      before.bytes += length
    }
  }

  #write(path: string, { places, bytes, first }: Skipped): void {
    const { offset, length, reason, detail } = first
    const where = places === 1 ? '' : ` in ${formatCount(places, 'place')}, the first at byte ${offset}`
    this.#log.warn(
      { path, offset, length, reason, detail, places, bytes },
      `skipped ${formatBytes(bytes)} of ${path}${where}: ${reason}`,
    )
    this.#files.set(path, null)
    setTimeout(() => this.#look(path), EVERY_MS).unref()
  }

  #look(path: string): void {
    const skipped = this.#files.get(path)
    if (skipped) this.#write(path, skipped)
    else this.#files.delete(path)
  }
}
