import type { OutageCause } from './outage/outage.ts'

/** The counters of a writer since its start; the health document has them under `writer`. */
export interface WriterStatus {
  /** When a row was last written: ISO 8601, or null if there was none. */
  readonly last_write_timestamp: string | null
  /**
   * Events that could not be written with all their attempts: those that became dead letters, and those that waited for
   * the end of an outage (in the spool or in their file) and were written later.
   */
  readonly failed_write_count: number
  /** New rows. */
  readonly written_count: number
  /** Events that were in the log already. */
  readonly duplicate_count: number
  /** Events that failed validation. */
  readonly rejected_count: number
  readonly retry_count: number
  /** Events without an outcome so far. */
  readonly pending_count: number
  /** Events in the spool on disk. */
  readonly spooled_count: number
  readonly dead_letter_count: number
  /** Why nothing can be written, or null if there is no outage. */
  readonly outage: {
    readonly since: string
    readonly cause: OutageCause
    readonly error: string
  } | null
}

/** The counters that only grow. */
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
