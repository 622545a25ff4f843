import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'

/** The turns that were said within one minute. */
export interface TurnMinute {
  /** Its beginning: ISO 8601, UTC. */
  readonly at: string
  /** How many, by agent; those of an unknown one under an empty name. */
  readonly turns: Readonly<Record<string, number>>
  /** How many of them were recorded while they were said, not read from history later. The rest says nothing of speed. */
  readonly live: number
  /** From said to recorded, in milliseconds; null without a live turn. */
  readonly median_ms: number | null
  readonly p95_ms: number | null
  readonly slowest_ms: number | null
}

export interface ReadTurnMinutesOptions {
  /** Inclusive, ISO 8601. */
  readonly since: string
  /** Exclusive, ISO 8601. */
  readonly until: string
  /** A turn that was recorded later than this after it was said came from history, in milliseconds. @default 10 min */
  readonly liveWithinMs?: number
}

/**
 * The minutes in which something was said, the earliest first. Steps from session to session in the index of turns and
 * looks only at turns of the time that was asked for: however much history is imported meanwhile, it costs nothing.
 */
export async function readTurnMinutes(
  db: Kysely<Database>,
  { since, until, liveWithinMs = 600_000 }: ReadTurnMinutesOptions,
): Promise<readonly TurnMinute[]> {
  const { rows } = await sql<TurnMinute>`
    with recursive latest as (
      (select session_uuid, "timestamp" from events
        where event_type = 'turn_detected' and session_uuid is not null
        order by session_uuid desc, "timestamp" desc, id desc limit 1)
      union all
      select next.* from latest, lateral (
        select session_uuid, "timestamp" from events
        where event_type = 'turn_detected' and session_uuid < latest.session_uuid
        order by session_uuid desc, "timestamp" desc, id desc limit 1) as next
    ),
    turns as (
      select date_trunc('minute', said."timestamp", 'UTC') as minute, said.agent,
        extract(epoch from said.recorded_at - said."timestamp") * 1000 as latency
      from latest, lateral (
        select "timestamp", recorded_at, coalesce(payload ->> 'agent', '') as agent from events
        where event_type = 'turn_detected' and session_uuid = latest.session_uuid
          and "timestamp" >= ${since}::timestamptz and "timestamp" < ${until}::timestamptz offset 0) as said
      where latest."timestamp" >= ${since}::timestamptz
    ),
    counts as (
      select minute, jsonb_object_agg(agent, count) as turns
      from (select minute, agent, count(*)::integer as count from turns group by minute, agent) as counted
      group by minute
    ),
    latencies as (
      select minute, count(*)::integer as live, max(latency)::float8 as slowest_ms,
        percentile_cont(array[0.5, 0.95]) within group (order by latency) as ranks
      from turns where latency >= 0 and latency < ${liveWithinMs}::integer group by minute
    )
    select to_char(minute at time zone 'UTC', ${sql.lit('YYYY-MM-DD"T"HH24:MI:SS"Z"')}) as at, turns,
      coalesce(live, 0) as live, ranks[1] as median_ms, ranks[2] as p95_ms, slowest_ms
    from counts left join latencies using (minute)
    order by minute`.execute(db)
  return rows
}
