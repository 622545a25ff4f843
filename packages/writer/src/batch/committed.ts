import type { NewDeadLetter } from '../intake/new-dead-letter.ts'

/** What the commit of a batch resulted in. */
export interface Committed {
  /** The ids of the new rows, by key. */
  readonly newIds: ReadonlyMap<string, string>
  /** Of the keys whose ids a caller waits for: the ids of rows that were in the log before. */
  readonly oldIds: ReadonlyMap<string, string>
  /** Rows that became dead letters, by key. */
  readonly refused: ReadonlyMap<string, NewDeadLetter>
}
