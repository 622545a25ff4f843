import type { EventIssue } from '@turnlog/schema'

/** Where an event is that could not be written: waiting on disk, refused for its content, or nowhere. */
export type KeptIn = 'spool' | 'dead_letters' | 'nowhere'

/** What became of one event. Ids are `bigint`s as decimal strings. */
export type WriteResult =
  /** It is in the log now. */
  | { readonly status: 'written'; readonly id: string }
  /**
   * It was in the log already. Also the answer if the connection broke after this very event had been committed: the
   * second try then finds it there.
   */
  | { readonly status: 'duplicate'; readonly id: string }
  /** It is no valid event; everything that is wrong with it. */
  | { readonly status: 'rejected'; readonly issues: readonly EventIssue[] }
  /** It could not be written. In the spool it is safe and will be written later; the caller need not try again. */
  | { readonly status: 'failed'; readonly error: Error; readonly attempts: number; readonly keptIn: KeptIn }

/** What became of a segment. */
export type SegmentResult =
  /** Its events are in the log (or were, or are dead letters), and its cursor has moved. */
  | { readonly status: 'committed'; readonly events: number; readonly deadLetters: number }
  /** Nothing was written: the lease or the cursor belongs to somebody else now. Start over from the lease. */
  | { readonly status: 'fenced' }
  /** Nothing is known to be written: the writer was closed first. The file still has it. */
  | { readonly status: 'closed' }
