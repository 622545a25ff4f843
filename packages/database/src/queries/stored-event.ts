import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { Database, JsonObject } from '../tables.ts'

/** One row of the log, as readers get it. */
export interface StoredEvent {
  /** Order of arrival; a `bigint` as a decimal string. */
  readonly id: string
  readonly event_key: string
  readonly event_type: string
  /** When it happened: ISO 8601, UTC, microseconds. */
  readonly timestamp: string
  /** When it was stored: ISO 8601, UTC, microseconds. */
  readonly recorded_at: string
  readonly session_uuid: string | null
  readonly host: string
  readonly payload: JsonObject
  /** With the id, the event's place in the order in which followers read. */
  readonly transaction_id: string
}

const ISO = `YYYY-MM-DD"T"HH24:MI:SS.US"Z"`

/** The columns of {@link StoredEvent}. pg's `Date` would cut the microseconds off. */
export function selectEvents(db: Kysely<Database>): SelectQueryBuilder<Database, 'events', StoredEvent> {
  return db
    .selectFrom('events')
    .select(['id', 'event_key', 'event_type', 'session_uuid', 'host', 'payload', 'transaction_id'])
    .select([
      sql<string>`to_char("timestamp" at time zone 'UTC', ${sql.lit(ISO)})`.as('timestamp'),
      sql<string>`to_char(recorded_at at time zone 'UTC', ${sql.lit(ISO)})`.as('recorded_at'),
    ])
}
