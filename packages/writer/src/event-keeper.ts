import { toError } from './classify-error.ts'
import type { WriterReport } from './report.ts'
import type { KeptIn } from './results.ts'
import type { Spool } from './spool/spool.ts'
import type { EventUnit } from './unit.ts'

/** Most characters of events that may wait in memory because the spool takes no more. */
const MOST_HELD = 32 * 1024 * 1024

/** Keeps events that cannot be written now and have no file to be read from again. */
export class EventKeeper {
  readonly #spool: Spool | null
  readonly #directory: string
  readonly #report: WriterReport
  #held: EventUnit[] = []
  #heldSize = 0

  constructor(spool: Spool | null, directory: string, report: WriterReport) {
    this.#spool = spool
    this.#directory = directory
    this.#report = report
  }

  /**
   * Keeps events in the spool. If the spool takes no more, they are held in memory, unanswered: whoever writes waits.
   * What is too much even for that is nowhere.
   *
   * @returns where they are; null for those that are held
   */
  async keep(units: readonly EventUnit[]): Promise<KeptIn | null> {
    if (this.#spool === null) return 'nowhere'
    const error = await this.#append(this.#spool, units)
    if (error === null) return 'spool'
    this.#report.spoolUnusable({ directory: this.#directory, error })
    return this.#hold(units) ? null : 'nowhere'
  }

  /** Gives back what was held. */
  release(): readonly EventUnit[] {
    const held = this.#held
    this.#held = []
    this.#heldSize = 0
    return held
  }

  async #append(spool: Spool, units: readonly EventUnit[]): Promise<Error | null> {
    try {
      await spool.append(units.map((unit) => unit.rows[0]))
      return null
    } catch (thrown) {
      return toError(thrown)
    }
  }

  #hold(units: readonly EventUnit[]): boolean {
    const size = units.reduce((total, unit) => total + unit.size, 0)
    if (this.#heldSize + size > MOST_HELD) return false
    this.#held.push(...units)
    this.#heldSize += size
    return true
  }
}
