import type { Unit } from './unit.ts'

/** A batch closes at this many events… */
const BATCH_EVENTS = 2_000
/** …or characters, whichever comes first; a unit that is larger goes alone. */
const BATCH_SIZE = 1024 * 1024

/** This is enough for a batch: the statement itself then costs little next to its rows. */
const ENOUGH_EVENTS = 400
/**
 * So is this, in bytes of entries and some for each segment. It must stay well below what a reader lets wait before it
 * stops reading: nothing may wait for company that cannot come.
 */
const ENOUGH_WEIGHT = 640 * 1024
const SEGMENT_WEIGHT = 4096
/** History waits no longer than this for company, in milliseconds. */
const LONGEST_WAIT_MS = 50

/** Units that wait, in the order in which they came. What was taken is not held on to: it may be large. */
export class UnitQueue {
  #units: Unit[] = []
  #events = 0
  #weight = 0
  #urgent = 0
  /** Since when the first of them waits. */
  #since = 0

  get isEmpty(): boolean {
    return this.#units.length === 0
  }

  /** In bytes, as far as it matters how much waits. */
  get weight(): number {
    return this.#weight
  }

  /** Whether there are events without a file. */
  get hasEvents(): boolean {
    return this.#units.some((unit) => unit.kind === 'event')
  }

  push(unit: Unit, now = 0): void {
    if (this.isEmpty) this.#since = now
    this.#units.push(unit)
    this.#count(unit, 1)
  }

  /** How long to wait for more until the next batch is worth its while, in milliseconds; 0 if it is. */
  timeToGather(now: number): number {
    if (this.#urgent > 0 || this.#events >= ENOUGH_EVENTS || this.#weight >= ENOUGH_WEIGHT) return 0
    return Math.min(Math.max(0, this.#since + LONGEST_WAIT_MS - now), LONGEST_WAIT_MS)
  }

  /** Puts units back to where they were taken from. */
  unshift(units: readonly Unit[]): void {
    this.#units = [...units, ...this.#units]
    for (const unit of units) this.#count(unit, 1)
    this.#since = Number.NEGATIVE_INFINITY
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
    return this.#leave(this.#units.splice(0, end))
  }

  /** Takes a batch of events without a file, leaving segments where they are. */
  takeEvents(): readonly Unit[] {
    const taken = this.#units.filter((unit) => unit.kind === 'event').slice(0, BATCH_EVENTS)
    const chosen = new Set<Unit>(taken)
    this.#units = this.#units.filter((unit) => !chosen.has(unit))
    return this.#leave(taken)
  }

  takeAll(): readonly Unit[] {
    return this.#leave(this.#units.splice(0))
  }

  #leave(units: readonly Unit[]): readonly Unit[] {
    for (const unit of units) this.#count(unit, -1)
    return units
  }

  #count(unit: Unit, sign: 1 | -1): void {
    this.#events += sign * unit.rows.length
    this.#weight += sign * (unit.kind === 'event' ? unit.size : SEGMENT_WEIGHT + unit.segment.tally.delivered)
    if (unit.isUrgent) this.#urgent += sign
  }
}
