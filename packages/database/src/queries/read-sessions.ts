import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../tables.ts'
import { allOf } from './event-filter.ts'
import { describeSessions, type StoredSession } from './stored-session.ts'

/** A place in the list of sessions. */
export interface SessionPosition {
  readonly last_activity_at: string
  readonly session_uuid: string
}

export interface ReadSessionsOptions {
  readonly agent?: string
  /** The whole `project_path`. */
  readonly project?: string
  /** Exclusive. @default the session with the latest turn, and all after it */
  readonly after?: SessionPosition
  readonly limit: number
}

/**
 * Sessions, the one with the latest turn first. Steps through the index of turns from session to session, one step for
 * each, so it takes as long as there are sessions, not turns: some 50 ms for 5,000.
 */
export function readSessions(db: Kysely<Database>, options: ReadSessionsOptions): Promise<readonly StoredSession[]> {
  return describeSessions(
    db,
    sql`
      with recursive latest as (
        (select session_uuid, "timestamp", id from events
          where event_type = 'turn_detected' and session_uuid is not null
          order by session_uuid desc, "timestamp" desc, id desc limit 1)
        union all
        select next.* from latest, lateral (
          select session_uuid, "timestamp", id from events
          where event_type = 'turn_detected' and session_uuid < latest.session_uuid
          order by session_uuid desc, "timestamp" desc, id desc limit 1) as next
      ),
      silent as (
        select session_uuid, max("timestamp") as "timestamp", null::bigint as id from events
        where event_type = 'session_registered' and session_uuid not in (select session_uuid from latest)
        group by session_uuid
      )
      select * from (select * from latest union all select * from silent) as session
      where ${allOf(toConditions(options))}
      order by "timestamp" desc, session_uuid desc
      limit ${options.limit}`,
  )
}

function toConditions({ agent, project, after }: ReadSessionsOptions): readonly RawBuilder<boolean>[] {
  return [
    after &&
      sql<boolean>`("timestamp", session_uuid) < (${after.last_activity_at}::timestamptz, ${after.session_uuid})`,
    agent !== undefined && sql<boolean>`${property('agent')} = ${agent}`,
    project !== undefined && sql<boolean>`${property('project_path')} = ${project}`,
  ].filter((condition) => typeof condition === 'object')
}

/** A property of a session: as it was registered, or where it never was, as its last turn has it. */
function property(name: string): RawBuilder<string> {
  return sql<string>`coalesce(
    (select payload ->> ${sql.lit(name)} from events as began
      where began.event_type = 'session_registered' and began.session_uuid = session.session_uuid
      order by began."timestamp" desc, began.id desc limit 1),
    (select payload ->> ${sql.lit(name)} from events as last where last.id = session.id))`
}
