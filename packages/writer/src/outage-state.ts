import type { Clock } from './clock.ts'
import { type Outage, type OutageCause, prolongOutage } from './outage.ts'
import type { WriterReport } from './report.ts'

/** The outage that a loop is in, if it is in one; tells when one begins, for another reason too, and when it ends. */
export class OutageState {
  readonly #clock: Clock
  readonly #report: WriterReport
  #current: Outage | null = null

  constructor(clock: Clock, report: WriterReport) {
    this.#clock = clock
    this.#report = report
  }

  get current(): Outage | null {
    return this.#current
  }

  begin(cause: OutageCause, error: Error): void {
    const before = this.#current
    this.#current = prolongOutage(before, cause, error, this.#clock.now())
    if (before?.cause !== cause) this.#report.outageBegan({ cause, error })
  }

  /** The database was asked in vain. */
  prolong(outage: Outage): void {
    this.#current = prolongOutage(outage, outage.cause, outage.error, this.#clock.now())
  }

  /** @returns whether there was one */
  end(): boolean {
    const outage = this.#current
    if (outage === null) return false
    this.#current = null
    this.#report.outageEnded({ durationMs: this.#clock.now() - outage.since })
    return true
  }
}
