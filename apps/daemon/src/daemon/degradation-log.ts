import type { Problem } from '@turnlog/health'
import type { Log } from '../logging/log.ts'

/** A problem that is over sooner than this is not worth a line: a restart takes a tenth of it. */
const WORTH_TELLING_MS = 1_000

/** Tells the log what is wrong and when it is over, once each. */
export class DegradationLog {
  readonly #log: Log
  readonly #now: () => number
  #since = new Map<string, number>()
  readonly #told = new Map<string, string>()

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  /** To be called from time to time with what is wrong at the moment. */
  look(problems: readonly Problem[]): void {
    const now = this.#now()
    const lasting = problems.filter(({ passing }) => passing !== true)
    this.#since = new Map(lasting.map(({ key }) => [key, this.#since.get(key) ?? now]))
    for (const { key, sentence } of lasting) {
      if (now - (this.#since.get(key) ?? now) >= WORTH_TELLING_MS) this.#tell(key, sentence)
    }
    for (const [key, sentence] of this.#told) if (!this.#since.has(key)) this.#tellEnd(key, sentence)
  }

  #tell(key: string, sentence: string): void {
    if (this.#told.has(key)) return
    this.#told.set(key, sentence)
    this.#log.warn({ problem: key }, `degraded: ${sentence}`)
  }

  #tellEnd(key: string, sentence: string): void {
    this.#told.delete(key)
    this.#log.info({ problem: key }, `no longer degraded: ${sentence}`)
  }
}
