import type { Unit } from './unit.ts'

/** A batch closes at this many events… */
const BATCH_EVENTS = 2_000
/** …or characters, whichever comes first; a unit that is larger goes alone. */
const BATCH_SIZE = 1024 * 1024

/** Units that wait, in the order in which they came. */
export class UnitQueue {
  #units: Unit[] = []
  #head = 0

  get isEmpty(): boolean {
    return this.#head === this.#units.length
  }

  /** Whether there are events without a file. */
  get hasEvents(): boolean {
    return this.#units.some((unit, index) => index >= this.#head && unit.kind === 'event')
  }

  push(unit: Unit): void {
    this.#units.push(unit)
  }

  /** Puts units back to where they were taken from. */
  unshift(units: readonly Unit[]): void {
    this.#units = [...units, ...this.#units.slice(this.#head)]
    this.#head = 0
  }

  /** Takes the next batch off the front: as much as fits, at least one unit. */
  takeBatch(): readonly Unit[] {
    let end = this.#head
    let events = 0
    let size = 0
    while (end < this.#units.length) {
      const unit = this.#units[end] as Unit
      const fits = events + unit.rows.length <= BATCH_EVENTS && size + unit.size <= BATCH_SIZE
      if (end > this.#head && !fits) break
      events += unit.rows.length
      size += unit.size
      end += 1
    }
    return this.#take(end)
  }

  /** Takes a batch of events without a file, leaving segments where they are. */
  takeEvents(): readonly Unit[] {
    const waiting = this.#units.slice(this.#head)
    const taken = waiting.filter((unit) => unit.kind === 'event').slice(0, BATCH_EVENTS)
    const chosen = new Set<Unit>(taken)
    this.#units = waiting.filter((unit) => !chosen.has(unit))
    this.#head = 0
    return taken
  }

  takeAll(): readonly Unit[] {
    return this.#take(this.#units.length)
  }

  #take(end: number): readonly Unit[] {
    const taken = this.#units.slice(this.#head, end)
    this.#head = end
    if (this.#head > 1_024 || this.#head === this.#units.length) {
      this.#units = this.#units.slice(this.#head)
      this.#head = 0
    }
    return taken
  }
}
