import type { NewDeadLetter } from '../dead-letter.ts'

/** Ids as decimal strings. Between them may be ids of somebody else. */
export interface IdRange {
  readonly first: string
  readonly last: string
}

/** What a commit made of a batch. */
export interface Committed {
  /** How many rows are new; the other ones were there already, or are dead letters. */
  readonly inserted: number
  /** The lowest and the highest id of the new rows; null if there are none, or nobody knows. */
  readonly ids: IdRange | null
  /** Of the wanted keys: the ids of rows that are new, and of those that were there. */
  readonly newIds: ReadonlyMap<string, string>
  readonly oldIds: ReadonlyMap<string, string>
  /** Rows that the database refused, by key. */
  readonly refused: ReadonlyMap<string, NewDeadLetter>
}

export function toIdRange(row: { readonly first_id: string | null; readonly last_id: string | null }): IdRange | null {
  return row.first_id === null || row.last_id === null ? null : { first: row.first_id, last: row.last_id }
}

export function joinIdRanges(a: IdRange | null, b: IdRange | null): IdRange | null {
  if (a === null || b === null) return a ?? b
  return {
    first: BigInt(a.first) < BigInt(b.first) ? a.first : b.first,
    last: BigInt(a.last) > BigInt(b.last) ? a.last : b.last,
  }
}
