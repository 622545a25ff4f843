import { isTimestamp } from '@turnlog/schema'

/** When an entry happened, and how that is known. */
export interface EntryTime {
  readonly timestamp: string
  /**
   * `inherited`: of the entry before it. `transcript_name`: the moment that the transcript's name contains. `file`: when
   * the file was last written to. Absent: the entry says it itself.
   */
  readonly source?: 'inherited' | 'transcript_name' | 'file'
}

/** No agent is that old; a time before it means that a clock was not set. */
const EARLIEST_MS = Date.UTC(1980, 0, 1)

/**
 * Gives a time to entries that have none of their own: that of the entry before, or else what the transcript's name
 * says, or else the file's. It is part of no identity: a file that is read again yields the same events, and those that
 * are stored keep the time that they have.
 */
export class EntryClock {
  readonly #named: string | null
  readonly #fileTime: () => string
  #last: string | null

  /**
   * @param last what {@link EntryClock.last} was when reading stopped
   * @param named the moment that the transcript's name contains
   * @param fileTime when the file was last written to
   */
  constructor(last: string | null, named: string | null, fileTime: () => string) {
    this.#last = last
    this.#named = named
    this.#fileTime = fileTime
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
    if (this.#named !== null) return { timestamp: this.#named, source: 'transcript_name' }
    return { timestamp: this.#fileTime(), source: 'file' }
  }
}

/** A moment as an entry would say it; null for one that no clock that was set shows. */
export function toMoment(ms: number): string | null {
  if (!(ms >= EARLIEST_MS && ms <= 8.64e15)) return null
  const text = new Date(ms).toISOString()
  return isTimestamp(text) ? text : null
}
