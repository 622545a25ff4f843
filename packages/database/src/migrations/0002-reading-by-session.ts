import { type Kysely, sql } from 'kysely'

/**
 * Two partial indexes in place of one over all: each row is in one of them, so writing costs what it did.
 *
 * Turns, nearly all of the log, are found by session in the order of the transcript: the last turn of a session is one
 * step in the index, and its turns are counted without looking at the table. The other types have few rows a session,
 * and are found by type: when sessions began, when they ended.
 */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create index events_turns on events (session_uuid, "timestamp", id) where event_type = 'turn_detected'`,
  `create index events_other on events (event_type, session_uuid, "timestamp", id) where event_type <> 'turn_detected'`,
  `drop index events_session`,
]
