import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'
import { describeSessions, type StoredSession } from './stored-session.ts'

/** One session. */
export async function readSession(db: Kysely<Database>, session: string): Promise<StoredSession | undefined> {
  const sessions = await describeSessions(
    db,
    sql`
      (select session_uuid, "timestamp", id from events
        where event_type = 'turn_detected' and session_uuid = ${session}
        order by "timestamp" desc, id desc limit 1)
      union all
      (select session_uuid, "timestamp", null::bigint from events
        where event_type = 'session_registered' and session_uuid = ${session} and not exists (
          select from events where event_type = 'turn_detected' and session_uuid = ${session})
        order by "timestamp" desc limit 1)`,
  )
  return sessions[0]
}
