import type { Problem } from '@turnlog/health'
import type { Log } from '../logging/log.ts'

/** A problem that is over sooner than this is not logged: a restart takes a tenth of it. */
const WORTH_LOGGING_MS = 1_000
/** A start, stop or restart that takes longer than this is a problem as well. */
const LONGEST_PASSING_MS = 10_000

/**
 * Logs what is wrong and when it is over, once each. A problem goes on for as long as its key is there, whether it is
 * passing at the moment or not: between two crashes a process is starting, and that is no recovery.
 */
export class DegradationLog {
  readonly #log: Log
  readonly #now: () => number
  #since = new Map<string, number>()
  readonly #logged = new Map<string, string>()

  constructor(log: Log, now: () => number = () => performance.now()) {
    this.#log = log
    this.#now = now
  }

  /** To be called from time to time with the present problems. */
  look(problems: readonly Problem[]): void {
    const now = this.#now()
    this.#since = new Map(problems.map(({ key }) => [key, this.#since.get(key) ?? now]))
    for (const { key, sentence, passing } of problems) {
      const lastsFor = now - (this.#since.get(key) ?? now)
      if (lastsFor >= (passing === true ? LONGEST_PASSING_MS : WORTH_LOGGING_MS)) this.#begin(key, sentence)
    }
    for (const [key, sentence] of this.#logged) if (!this.#since.has(key)) this.#end(key, sentence)
  }

  #begin(key: string, sentence: string): void {
    if (this.#logged.has(key)) return
    this.#logged.set(key, sentence)
    this.#log.warn({ problem: key }, `degraded: ${sentence}`)
  }

  #end(key: string, sentence: string): void {
    this.#logged.delete(key)
    this.#log.info({ problem: key }, `no longer degraded: ${sentence}`)
  }
}
