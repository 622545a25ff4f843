import { isTimestamp } from '@turnlog/schema'

/** When an entry happened, and how that is known. */
export interface EntryTime {
  readonly timestamp: string
  /**
   * `inherited`: of the entry before it. `transcript_name`: the moment that the transcript's name tells.
   * `unknown`: nothing tells; the timestamp is the Unix epoch, which no reader takes for a real one.
   */
  readonly source?: 'inherited' | 'transcript_name' | 'unknown'
}

const UNKNOWN: EntryTime = { timestamp: '1970-01-01T00:00:00.000Z', source: 'unknown' }

/**
 * Tells the time of entries that tell none themselves: that of the entry before, or else what the transcript's name
 * says. Never the current time: read again tomorrow, the same bytes must say the same.
 */
export class EntryClock {
  readonly #named: string | null
  #last: string | null

  /**
   * @param last what {@link EntryClock.last} was when reading stopped
   * @param named the moment that the transcript's name tells
   */
  constructor(last: string | null, named: string | null) {
    this.#last = last
    this.#named = named
  }

  /** The latest valid timestamp so far, in file order. */
  get last(): string | null {
    return this.#last
  }

  /** An entry's own timestamp if it is a valid one; remembered for the entries after it. */
  read(value: unknown): string | null {
    if (typeof value !== 'string') return null
    if (value === this.#last) return value
    if (!isTimestamp(value)) return null
    this.#last = value
    return value
  }

  /** The time of an entry whose own timestamp is `own`. */
  resolve(own: string | null): EntryTime {
    if (own !== null) return { timestamp: own }
    if (this.#last !== null) return { timestamp: this.#last, source: 'inherited' }
    return this.#named === null ? UNKNOWN : { timestamp: this.#named, source: 'transcript_name' }
  }
}
