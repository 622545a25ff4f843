import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../tables.ts'
import { type StoredEvent, selectEvents } from './stored-event.ts'

/**
 * A place in the log for those who follow it. Ids are given out before commit, so "the last id seen" can skip a row
 * that commits late; transactions that have all ended, in order, cannot.
 */
export interface LogPosition {
  readonly transaction_id: string
  readonly id: string
}

/** Before the first event. */
export const LOG_START: LogPosition = { transaction_id: '0', id: '0' }

/** What of the log may be read: the transactions that have all ended. Ids and transaction ids only grow from there. */
const SETTLED = sql<boolean>`transaction_id < pg_snapshot_xmin(pg_current_snapshot())`

/**
 * The events after a position, oldest first, at most `limit`. Each event is given exactly once to a reader that goes on
 * from the last one's `transaction_id` and `id`; one whose older neighbours are still being written is held back.
 *
 * @param maxBytes ends the page with the event that reaches this size, as stored (compressed); at least one is given
 */
export function readEventsAfter(
  db: Kysely<Database>,
  position: LogPosition,
  limit: number,
  maxBytes?: number,
): Promise<readonly StoredEvent[]> {
  const next = sql<boolean>`${SETTLED} and
    (transaction_id, id) > (${position.transaction_id}::xid8, ${position.id}::bigint)`
  return selectEvents(db)
    .where(maxBytes === undefined ? next : idsWithin(next, limit, maxBytes))
    .orderBy('transaction_id')
    .orderBy('id')
    .limit(limit)
    .execute()
}

// As an array, which is complete before the rows are looked for: joined, the planner might walk the whole log for them.
function idsWithin(next: RawBuilder<boolean>, limit: number, maxBytes: number): RawBuilder<boolean> {
  return sql<boolean>`id = any (array(
    select id from (
      select id, sum(pg_column_size(payload)) over (order by transaction_id, id) - pg_column_size(payload) as before
      from (
        select transaction_id, id, payload from events where ${next} order by transaction_id, id limit ${limit}
      ) as page
    ) as sized
    where before < ${maxBytes}::bigint))`
}

/** The position of now: following from here gives what is recorded later. */
export async function readLogEnd(db: Kysely<Database>): Promise<LogPosition> {
  const row = await db
    .selectFrom('events')
    .select(['transaction_id', 'id'])
    .where(SETTLED)
    .orderBy('transaction_id', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? LOG_START
}
