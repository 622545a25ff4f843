import type { Agent } from '@turnlog/schema'
import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/*
 * The tables as kysely knows them. Names are those of the database. A `bigint` comes out of pg as a string, and stays
 * one where it is an identity (ids, transaction ids, epochs); offsets and sizes are made numbers by the read queries.
 */

/** Any JSON value that is an object. */
export type JsonObject = { readonly [key: string]: unknown }

/** A moment: a `Date` when read, ISO 8601 when written. */
type Moment = ColumnType<Date, string, never>
type GeneratedMoment = ColumnType<Date, never, never>
/** A `bigint` that is read as a decimal string. */
type BigInteger = ColumnType<string, string | number, string | number>

/** The log. One row for each event, never changed. */
export interface EventTable {
  readonly id: ColumnType<string, never, never>
  readonly event_key: string
  readonly event_type: string
  readonly timestamp: Moment
  readonly recorded_at: GeneratedMoment
  readonly session_uuid: string | null
  readonly host: string
  readonly payload: JSONColumnType<JsonObject, string, never>
  /** The transaction that wrote the row: what a follower needs to never skip one that commits late. */
  readonly transaction_id: ColumnType<string, never, never>
}

/** How far each file has been read, moved in the transaction that wrote the events. */
export interface CursorTable {
  readonly host: string
  readonly device: string
  readonly inode: string
  readonly birth_time_ns: string
  readonly path: string
  readonly agent: Agent
  readonly transcript: string
  readonly generation: number
  readonly generation_reason: string | null
  readonly committed_offset: BigInteger
  readonly marker_hash: string
  readonly marker_length: number
  readonly state: JSONColumnType<JsonObject>
  readonly size: BigInteger
  readonly mtime_ns: string
  /** Bytes of this generation whose entries were delivered. */
  readonly delivered_bytes: BigInteger
  /** Bytes of this generation that hold nothing to deliver, by reason. */
  readonly skipped_bytes: JSONColumnType<Readonly<Record<string, number>>>
  /** Entry types that the format does not know, counted over all generations. */
  readonly unknown_types: JSONColumnType<Readonly<Record<string, number>>>
  readonly updated_at: Generated<Date>
}

/** Stretches of a file that could not be read as entries: malformed, too long. */
export interface SkippedRangeTable {
  readonly host: string
  readonly device: string
  readonly inode: string
  readonly generation: number
  readonly offset: BigInteger
  readonly length: BigInteger
  readonly path: string
  readonly reason: string
  readonly detail: string | null
  readonly recorded_at: GeneratedMoment
}

/** Events that could not be stored for their own content, with what is needed to try again. */
export interface DeadLetterTable {
  readonly id: ColumnType<string, never, never>
  readonly event_key: string
  readonly event_type: string | null
  readonly host: string
  /** The event as UTF-8 JSON; `bytea`, since that can hold what `jsonb` refused. Null if even that was too large. */
  readonly event: Buffer | null
  readonly path: string | null
  readonly device: string | null
  readonly inode: string | null
  readonly offset: BigInteger | null
  readonly length: BigInteger | null
  /** SHA-256 of the event's JSON, in hexadecimal. */
  readonly sha256: string
  readonly sqlstate: string | null
  readonly reason: string
  readonly created_at: GeneratedMoment
  readonly retried_at: ColumnType<Date | null, never, Date | string>
  /** When it was written to the log, or accepted. */
  readonly resolved_at: ColumnType<Date | null, never, Date | string>
  /** When a person decided that the event stays out of the log. */
  readonly accepted_at: ColumnType<Date | null, never, Date | string>
}

/** Who may do what only one process may do at a time, e.g. move the cursors of a host. */
export interface LeaseTable {
  /** `watcher:<host>`. */
  readonly name: string
  /** Grows with each owner. A transaction that requires an older epoch changes nothing. */
  readonly epoch: BigInteger
  /** The owner's state directory (its id) and instance: `<id>/<instance>`. */
  readonly holder: string
  readonly renewed_at: Generated<Date>
  /** Set when the owner gave the lease up, so that the next one need not wait. */
  readonly released_at: Date | null
}

/** The database of turnlog, for `Kysely<Database>`. */
export interface Database {
  events: EventTable
  cursors: CursorTable
  skipped_ranges: SkippedRangeTable
  dead_letters: DeadLetterTable
  leases: LeaseTable
  /** Each turn once, also where forked sessions carry copies of it: the earliest row. */
  canonical_turns: EventTable
}
