/** What a writer has done so far, and what it has before it; the document of `/health` has it under `writer`. */
export interface WriterStatus {
  /** When rows were last written: ISO 8601, or null if none were yet. */
  readonly last_write_timestamp: string | null
  /** Events that could not be written with all retries. Most of them are written later: see `spooled_count`. */
  readonly failed_write_count: number
  /** New rows. */
  readonly written_count: number
  /** Events that were in the log already. */
  readonly duplicate_count: number
  /** Events that were not valid. */
  readonly rejected_count: number
  readonly retry_count: number
  /** Events that were handed in and have no outcome yet. */
  readonly pending_count: number
  /** Events that wait on disk. */
  readonly spooled_count: number
  readonly dead_letter_count: number
  /** Why nothing can be written, or null if all is well. */
  readonly outage: {
    readonly since: string
    readonly cause: 'database' | 'configuration'
    readonly error: string
  } | null
}

/** The counts that only grow. */
export interface Counters {
  failed: number
  written: number
  duplicate: number
  rejected: number
  retry: number
  deadLetter: number
  lastWrite: number | null
}

export function createCounters(): Counters {
  return { failed: 0, written: 0, duplicate: 0, rejected: 0, retry: 0, deadLetter: 0, lastWrite: null }
}
