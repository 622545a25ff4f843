import type { Log } from '../logging/log.ts'
import type { LogOutput } from '../logging/log-output.ts'
import { ImportProgress } from '../terminal/import-progress.ts'
import type { WatcherMessage } from '../watcher/watcher-message.ts'
import { WriterTotals } from './writer-totals.ts'

/** How often a long import is mentioned in a log that nobody watches live. */
const LOG_PROGRESS_EVERY_MS = 10_000

/** Keeps what the watcher says of itself, and shows a person the progress of an import. */
export class WatcherFollower {
  readonly #log: Log
  readonly #output: LogOutput
  readonly #now: () => number
  readonly #writer = new WriterTotals()
  #progress = new ImportProgress()
  #loggedAt = 0
  #latest: WatcherMessage | null = null
  #hasBeenReady = false
  #source: WatcherMessage['source'] = null
  #database: WatcherMessage['database'] = null

  constructor(log: Log, output: LogOutput, now: () => number = () => performance.now()) {
    this.#log = log
    this.#output = output
    this.#now = now
  }

  /** The last message of the watcher that runs; null before its first. */
  get latest(): WatcherMessage | null {
    return this.#latest
  }

  /** The watcher process that runs has been ready once. */
  get hasBeenReady(): boolean {
    return this.#hasBeenReady
  }

  /** What is known about the files, if only from a watcher before. */
  get source(): WatcherMessage['source'] {
    return this.#source
  }

  get database(): WatcherMessage['database'] {
    return this.#database
  }

  get writer(): WriterTotals['health'] {
    return this.#writer.health
  }

  follow(message: WatcherMessage): void {
    if (message.ready && this.#latest?.ready !== true) this.#progress = new ImportProgress()
    this.#latest = message
    if (message.ready) this.#hasBeenReady = true
    this.#database = message.database ?? this.#database
    if (message.writer !== null) this.#writer.update(message.writer)
    if (message.source !== null) {
      this.#source = message.source
      this.#tellProgress(message)
    }
  }

  /** The watcher is gone: what it said does not hold any more, what it counted does. */
  forget(): void {
    this.#latest = null
    this.#hasBeenReady = false
    this.#writer.carryOver()
  }

  #tellProgress({ source, writer }: WatcherMessage): void {
    if (source === null || this.#progress.isFinished) return
    const text = this.#progress.update(source, this.#now())
    this.#output.showProgress(this.#progress.isFinished ? null : text)
    if (this.#progress.isFinished) {
      this.#log.info(this.#progress.summarise(source, writer?.written_count ?? null))
    } else if (text !== null && this.#now() - this.#loggedAt > LOG_PROGRESS_EVERY_MS) {
      this.#loggedAt = this.#now()
      this.#log.info(text)
    }
  }
}
