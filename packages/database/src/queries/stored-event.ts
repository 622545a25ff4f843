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
  /** Characters of the whole text, where the payload has only its beginning. */
  readonly text_length?: number | null
}

const ISO = `YYYY-MM-DD"T"HH24:MI:SS.US"Z"`

/**
 * The columns of {@link StoredEvent}. pg's `Date` would cut the microseconds off.
 *
 * @param cut characters of `payload.text` that are kept; without it, all of them
 */
export function selectEvents(db: Kysely<Database>, cut?: number): SelectQueryBuilder<Database, 'events', StoredEvent> {
  const events = db
    .selectFrom('events')
    .select(['id', 'event_key', 'event_type', 'session_uuid', 'host', 'transaction_id'])
    .select([
      sql<string>`to_char("timestamp" at time zone 'UTC', ${sql.lit(ISO)})`.as('timestamp'),
      sql<string>`to_char(recorded_at at time zone 'UTC', ${sql.lit(ISO)})`.as('recorded_at'),
    ])
  if (cut === undefined) return events.select('payload')
  const isLong = sql`length(payload ->> 'text') > ${cut}::integer`
  return events.select([
    sql<JsonObject>`case when ${isLong}
      then payload || jsonb_build_object('text', left(payload ->> 'text', ${cut}::integer)) else payload end`.as(
      'payload',
    ),
    sql<number | null>`case when ${isLong} then length(payload ->> 'text') end`.as('text_length'),
  ])
}
