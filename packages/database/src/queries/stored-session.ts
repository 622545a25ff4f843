import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../tables.ts'

/** What the log knows of one session. */
export interface StoredSession {
  readonly session_uuid: string
  readonly agent: string | null
  readonly agent_version: string | null
  readonly project_path: string | null
  readonly working_directory: string | null
  readonly git_branch: string | null
  readonly parent_session_uuid: string | null
  readonly forked_from_session_uuid: string | null
  /** When the last turn was said, or where there is none, when the session was registered: ISO 8601, UTC. */
  readonly last_activity_at: string
  readonly first_turn_at: string | null
  readonly turn_count: number
  readonly last_turn: LastTurn | null
  /** Null also for a session that went on after it had ended. */
  readonly ended: { readonly reason: string; readonly at: string } | null
}

export interface LastTurn {
  readonly id: string
  readonly actor: string
  readonly kind: string | null
  readonly model: string | null
  /** The beginning of it. */
  readonly text: string
  readonly is_cut: boolean
}

/** Characters of the last turn that a summary shows. */
const PREVIEW = 300

const ISO = sql.lit(`YYYY-MM-DD"T"HH24:MI:SS.US"Z"`)
const iso = (moment: RawBuilder<unknown>): RawBuilder<string> =>
  sql<string>`to_char(${moment} at time zone 'UTC', ${ISO})`

/**
 * Describes the sessions that `named` selects: rows of `session_uuid`, `"timestamp"` and `id`, the latter two those of
 * its last turn (no id where there is none). The order is kept.
 */
export async function describeSessions(
  db: Kysely<Database>,
  named: RawBuilder<unknown>,
): Promise<readonly StoredSession[]> {
  const { rows } = await sql<StoredSession>`
    with named as materialized (${named})
    select
      named.session_uuid,
      coalesce(began.payload ->> 'agent', last.payload ->> 'agent') as agent,
      began.payload ->> 'agent_version' as agent_version,
      coalesce(began.payload ->> 'project_path', last.payload ->> 'project_path') as project_path,
      began.payload ->> 'working_directory' as working_directory,
      began.payload ->> 'git_branch' as git_branch,
      began.payload ->> 'parent_session_uuid' as parent_session_uuid,
      began.payload ->> 'forked_from_session_uuid' as forked_from_session_uuid,
      ${iso(sql`named."timestamp"`)} as last_activity_at,
      ${iso(sql`turns.first`)} as first_turn_at,
      turns.count as turn_count,
      case when last.id is not null then jsonb_build_object(
        'id', last.id::text,
        'actor', last.payload ->> 'actor',
        'kind', last.payload ->> 'kind',
        'model', last.payload ->> 'model',
        'text', left(last.payload ->> 'text', ${PREVIEW}::integer),
        'is_cut', length(last.payload ->> 'text') > ${PREVIEW}::integer) end as last_turn,
      case when ended."timestamp" is not null then jsonb_build_object(
        'reason', ended.payload ->> 'reason', 'at', ${iso(sql`ended."timestamp"`)}) end as ended
    from named
    left join events as last on last.id = named.id
    left join lateral (
      select payload from events where event_type = 'session_registered' and session_uuid = named.session_uuid
      order by "timestamp" desc, id desc limit 1) as began on true
    left join lateral (
      select payload, "timestamp" from events where event_type = 'session_ended' and session_uuid = named.session_uuid
        and "timestamp" >= named."timestamp"
      order by "timestamp" desc, id desc limit 1) as ended on true
    cross join lateral (
      select count(*)::integer as count, min("timestamp") as first from events
      where event_type = 'turn_detected' and session_uuid = named.session_uuid) as turns
    order by named."timestamp" desc, named.session_uuid desc`.execute(db)
  return rows
}
