import type { BatchStep } from '../batch/batch-step.ts'
import type { Fault } from './classify-error.ts'

/** What to do after a batch failed. */
export type NextStep =
  /** Wait, then try the whole batch again. */
  | 'retry'
  /** Write around the rows that the database refuses. */
  | 'isolate_rows'
  /** Find the files whose cursor the database refuses. */
  | 'isolate_files'
  /** Nothing of it can be written for now. */
  | 'outage'

/**
 * The table of failures. Only an insert of rows, or a deferred check of them at the commit, can accuse a row; only a
 * statement about files can accuse a file; every other step that fails for good is an outage.
 */
export function decideDelivery(step: BatchStep, fault: Fault, isExhausted: boolean): NextStep {
  if (fault === 'server') return 'outage'
  if (fault === 'connection') return isExhausted ? 'outage' : 'retry'
  if (fault === 'transient' && !isExhausted) return 'retry'
  switch (step) {
    case 'events':
    case 'commit':
      return 'isolate_rows'
    case 'cursors':
    case 'skipped_ranges':
      return fault === 'content' ? 'isolate_files' : 'outage'
    default:
      return 'outage'
  }
}
