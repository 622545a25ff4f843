import type { Logger } from '../logging/create-logger.ts'
import type { LogOutput } from '../logging/log-output.ts'
import { formatBytes, formatCount } from '../terminal/format-amount.ts'
import { ImportProgress } from '../terminal/import-progress.ts'
import type { WatcherMessage } from '../watcher/watcher-message.ts'

/** How often a long import is mentioned in a log that nobody watches live. */
const LOG_PROGRESS_EVERY_MS = 10_000

/** Makes of the watcher's messages what a person wants to see: the import's progress, and what is in the way. */
export class WatcherFollower {
  readonly #log: Logger
  readonly #output: LogOutput
  readonly #now: () => number
  #progress = new ImportProgress()
  #loggedAt = 0
  #problems: readonly string[] = []
  #wasReady = false
  #latest: WatcherMessage | null = null

  constructor(log: Logger, output: LogOutput, now: () => number = () => performance.now()) {
    this.#log = log
    this.#output = output
    this.#now = now
  }

  /** The last message; null before the first. */
  get latest(): WatcherMessage | null {
    return this.#latest
  }

  follow(message: WatcherMessage): void {
    this.#latest = message
    this.#tellProblems(message.problems)
    if (message.ready && !this.#wasReady) this.#progress = new ImportProgress()
    this.#wasReady = message.ready
    if (message.source !== null) this.#tellProgress(message)
  }

  #tellProblems(problems: readonly string[]): void {
    for (const problem of problems) if (!this.#problems.includes(problem)) this.#log.warn(`degraded: ${problem}`)
    for (const problem of this.#problems)
      if (!problems.includes(problem)) this.#log.info(`no longer degraded: ${problem}`)
    this.#problems = problems
  }

  #tellProgress({ source, writer }: WatcherMessage): void {
    if (source === null || this.#progress.isFinished) return
    const text = this.#progress.update(source, this.#now())
    this.#output.showProgress(this.#progress.isFinished ? null : text)
    if (this.#progress.isFinished) {
      const events = writer === null ? '' : `, ${formatCount(writer.written_count, 'event')} written`
      this.#log.info(
        `history is imported: ${formatCount(source.files, 'file')}, ${formatBytes(source.bytesTotal)}${events}`,
      )
    } else if (text !== null && this.#now() - this.#loggedAt > LOG_PROGRESS_EVERY_MS) {
      this.#loggedAt = this.#now()
      this.#log.info(text)
    }
  }
}
