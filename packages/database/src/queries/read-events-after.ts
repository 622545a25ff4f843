import { type Kysely, sql } from 'kysely'
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

/**
 * The events after a position, oldest first, at most `limit`. Each event is given exactly once to a reader that goes on
 * from the last one's `transaction_id` and `id`; one whose older neighbours are still being written is held back.
 */
export function readEventsAfter(
  db: Kysely<Database>,
  position: LogPosition,
  limit: number,
): Promise<readonly StoredEvent[]> {
  return selectEvents(db)
    .where(sql<boolean>`transaction_id < pg_snapshot_xmin(pg_current_snapshot())`)
    .where(sql<boolean>`(transaction_id, id) > (${position.transaction_id}::xid8, ${position.id}::bigint)`)
    .orderBy('transaction_id')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** The position of now: following from here gives what is recorded later. */
export async function readLogEnd(db: Kysely<Database>): Promise<LogPosition> {
  const row = await db
    .selectFrom('events')
    .select(['transaction_id', 'id'])
    .where(sql<boolean>`transaction_id < pg_snapshot_xmin(pg_current_snapshot())`)
    .orderBy('transaction_id', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? LOG_START
}
