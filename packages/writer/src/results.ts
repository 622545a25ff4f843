import type { EventIssue } from '@turnlog/schema'

/** Where an event is that could not be written: in the spool on disk, in the table `dead_letters`, or nowhere. */
export type KeptIn = 'spool' | 'dead_letters' | 'nowhere'

/** The outcome of one event. Ids are `bigint`s as decimal strings. */
export type WriteResult =
  /** It is in the log now. */
  | { readonly status: 'written'; readonly id: string }
  /**
   * It was in the log already. Also the answer if the connection broke after this very event had been committed,
   * because the second attempt then finds it there.
   */
  | { readonly status: 'duplicate'; readonly id: string }
  /** It failed validation; all its issues. */
  | { readonly status: 'rejected'; readonly issues: readonly EventIssue[] }
  /**
   * It could not be written. In the spool it is safe and will be written later, so the caller need not try again.
   * `attempts`: how often the database was asked to insert it.
   */
  | { readonly status: 'failed'; readonly error: Error; readonly attempts: number; readonly keptIn: KeptIn }

/** The outcome of a segment. */
export type SegmentResult =
  /** Its events are in the log (or were, or are dead letters), and its cursor has moved. */
  | { readonly status: 'committed'; readonly events: number; readonly deadLetters: number }
  /** Nothing was written: the lease or the cursor belongs to another watcher now. Start over by taking the lease. */
  | { readonly status: 'fenced' }
  /** Nothing was written: the database refuses this file's cursor. Other files are not affected. */
  | { readonly status: 'refused'; readonly reason: string }
  /** Nothing is known to be written: the writer was closed first. The file still has it. */
  | { readonly status: 'closed' }

/** An event failed for good: its content, or all its retries. It is in the table `dead_letters`. */
export class EventRefusedError extends Error {
  readonly sqlstate: string | null
  constructor(sqlstate: string | null, reason: string) {
    super(`The database refuses this event: ${reason}. It is kept in the table dead_letters`)
    this.name = 'EventRefusedError'
    this.sqlstate = sqlstate
  }
}

/** The writer was closed before the event could be written. */
export class WriterClosedError extends Error {
  constructor() {
    super('The writer was closed before this event was written')
    this.name = 'WriterClosedError'
  }
}
