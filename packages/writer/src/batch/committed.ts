import type { NewDeadLetter } from '../dead-letter.ts'

/** What a commit made of a batch. */
export interface Committed {
  /** How many rows are new; the other ones were there already, or are dead letters. */
  readonly inserted: number
  /** Of the wanted keys: the ids of rows that are new, and of those that were there. */
  readonly newIds: ReadonlyMap<string, string>
  readonly oldIds: ReadonlyMap<string, string>
  /** Rows that the database refused, by key. */
  readonly refused: ReadonlyMap<string, NewDeadLetter>
}
