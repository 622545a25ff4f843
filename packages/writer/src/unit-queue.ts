import type { Unit } from './unit.ts'

/** A batch closes at this many events… */
const BATCH_EVENTS = 2_000
/** …or characters, whichever comes first; a unit that is larger goes alone. */
const BATCH_SIZE = 1024 * 1024

/** Units that wait, in the order in which they came. What was taken is not held on to: it may be large. */
export class UnitQueue {
  #units: Unit[] = []

  get isEmpty(): boolean {
    return this.#units.length === 0
  }

  /** Whether there are events without a file. */
  get hasEvents(): boolean {
    return this.#units.some((unit) => unit.kind === 'event')
  }

  push(unit: Unit): void {
    this.#units.push(unit)
  }

  /** Puts units back to where they were taken from. */
  unshift(units: readonly Unit[]): void {
    this.#units = [...units, ...this.#units]
  }

  /** Takes the next batch off the front: as much as fits, at least one unit. */
  takeBatch(): readonly Unit[] {
    let end = 0
    let events = 0
    let size = 0
    for (const unit of this.#units) {
      events += unit.rows.length
      size += unit.size
      if (end > 0 && (events > BATCH_EVENTS || size > BATCH_SIZE)) break
      end += 1
    }
    return this.#units.splice(0, end)
  }

  /** Takes a batch of events without a file, leaving segments where they are. */
  takeEvents(): readonly Unit[] {
    const taken = this.#units.filter((unit) => unit.kind === 'event').slice(0, BATCH_EVENTS)
    const chosen = new Set<Unit>(taken)
    this.#units = this.#units.filter((unit) => !chosen.has(unit))
    return taken
  }

  takeAll(): readonly Unit[] {
    return this.#units.splice(0)
  }
}
