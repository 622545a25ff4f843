import { type Kysely, sql } from 'kysely'

/**
 * Of a turn's copies the original is the canonical one, not the one that was read first: history is read newest first,
 * so a fork often comes before what it was forked from.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql.raw(CANONICAL_TURNS).execute(db)
}

const CANONICAL_TURNS = `
  create or replace view canonical_turns as
  select distinct on (payload ->> 'agent', coalesce(payload ->> 'turn_uuid', event_key::text)) *
  from events
  where event_type = 'turn_detected'
  order by payload ->> 'agent', coalesce(payload ->> 'turn_uuid', event_key::text),
    payload ? 'replayed_from_session_uuid', "timestamp", id`
