import { asPrepared } from '@turnlog/database'
import { CURSOR_MOVED, LEASE_LOST } from '../classify-error.ts'

/*
 * Parameters: $1 host, $2 epoch (null: no lease to check), $3 cursor steps, $4 skipped ranges, $5 dead letters,
 * $6 events, $7 keys whose ids are wanted.
 */

const STEP_COLUMNS = `device text, inode text, birth_time_ns text, path text, agent text, transcript text,
  from_generation integer, from_offset bigint, generation integer, generation_reason text, committed_offset bigint,
  marker_hash text, marker_length integer, state jsonb, size bigint, mtime_ns text, delivered_bytes bigint,
  skipped_bytes jsonb, unknown_types jsonb`

/*
 * `for share`, not `for key share`: a new owner's `update … set epoch` conflicts only with the former. It waits for a
 * batch that has the lease; a batch that comes to the lease after it finds another epoch, and leaves nothing. The lease
 * is looked at last, so that a batch that hangs does not hold up who takes over.
 *
 * A cursor moves only from where the step expects it; a file without a cursor begins at 0; a new generation begins at 0
 * whatever was before.
 */
const CURSORS = `
  lease as materialized (
    select 1 from watcher_leases where host = $1 and epoch = $2::bigint for share
  ),
  step as materialized (select * from jsonb_to_recordset($3::jsonb) as step(${STEP_COLUMNS})),
  moved as (
    update cursors as c set
      birth_time_ns = s.birth_time_ns, path = s.path, agent = s.agent, transcript = s.transcript,
      generation = s.generation, generation_reason = coalesce(s.generation_reason, c.generation_reason),
      committed_offset = s.committed_offset, marker_hash = s.marker_hash, marker_length = s.marker_length,
      state = s.state, size = s.size, mtime_ns = s.mtime_ns,
      delivered_bytes = s.delivered_bytes + case when s.generation = c.generation then c.delivered_bytes else 0 end,
      skipped_bytes = case when s.generation = c.generation
        then turnlog_add_counts(c.skipped_bytes, s.skipped_bytes) else s.skipped_bytes end,
      unknown_types = turnlog_add_counts(c.unknown_types, s.unknown_types),
      updated_at = now()
    from step as s
    where c.host = $1 and c.device = s.device and c.inode = s.inode
      and (c.generation = s.from_generation and c.committed_offset = s.from_offset
        or c.generation < s.from_generation and s.from_offset = 0)
    returning 1
  ),
  begun as (
    insert into cursors (host, device, inode, birth_time_ns, path, agent, transcript, generation, generation_reason,
      committed_offset, marker_hash, marker_length, state, size, mtime_ns, delivered_bytes, skipped_bytes, unknown_types)
    select $1, device, inode, birth_time_ns, path, agent, transcript, generation, generation_reason,
      committed_offset, marker_hash, marker_length, state, size, mtime_ns, delivered_bytes, skipped_bytes, unknown_types
    from step as s
    where from_offset = 0 and not exists (
      select from cursors as c where c.host = $1 and c.device = s.device and c.inode = s.inode)
    on conflict do nothing
    returning 1
  ),
  skips as (
    insert into skipped_ranges (host, device, inode, generation, "offset", length, path, reason, detail)
    select $1, device, inode, generation, "offset", length, path, reason, detail
    from jsonb_to_recordset($4::jsonb) as skip(device text, inode text, generation integer, path text,
      "offset" bigint, length bigint, reason text, detail text)
    on conflict do nothing
  )`

/** Fails, and with it the statement and all that it wrote, unless lease and cursors were as expected. */
const HELD = `
  turnlog_require($2::bigint is null or exists (select from lease), '${LEASE_LOST}',
    'turnlog: the lease of this host belongs to another watcher') as lease_held,
  turnlog_require((select count(*) from moved) + (select count(*) from begun) = (select count(*) from step),
    '${CURSOR_MOVED}', 'turnlog: a cursor is not where this batch expects it') as cursors_held`

const DEAD_LETTER_RECORDS = (parameter: string): string => `
    insert into dead_letters (event_key, event_type, host, event, path, device, inode, "offset", length, sha256,
      sqlstate, reason)
    select event_key, event_type, $1, decode(event, 'base64'), path, device, inode, "offset", length, sha256,
      sqlstate, reason
    from jsonb_to_recordset(${parameter}::jsonb) as letter(event_key uuid, event_type text, event text, path text,
      device text, inode text, "offset" bigint, length bigint, sha256 text, sqlstate text, reason text)
    on conflict (event_key) do nothing`

const INSERTED = (events: string): string => `
  inserted as (
    insert into events (event_key, event_type, timestamp, session_uuid, host, payload)
    select event_key, event_type, "timestamp", session_uuid, $1, payload
    from jsonb_to_recordset(${events}::jsonb) as event(event_key uuid, event_type text, "timestamp" timestamptz,
      session_uuid text, payload jsonb)
    on conflict (event_key) do nothing
    returning id, event_key
  )`

const IDS = (keys: string): string => `
  (select jsonb_object_agg(event_key, id::text) from inserted where event_key = any (${keys}::uuid[])) as new_ids,
  (select jsonb_object_agg(e.event_key, e.id::text) from events as e
    where e.event_key = any (${keys}::uuid[])) as old_ids`

/** One row of what a statement that inserts events answers with. */
export interface InsertedRow {
  readonly inserted: number
  readonly first_id: string | null
  readonly last_id: string | null
  readonly new_ids: Readonly<Record<string, string>> | null
  readonly old_ids: Readonly<Record<string, string>> | null
}

const COUNTS = `count(*)::integer as inserted, min(id)::text as first_id, max(id)::text as last_id`

const WRITE = `
with ${CURSORS},
  buried as (${DEAD_LETTER_RECORDS('$5')}),
  ${INSERTED('$6')},
  counts as (select ${COUNTS} from inserted)`

/** The main path: everything of a batch in one statement, which is its own transaction. */
export const WRITE_BATCH = `${WRITE} select ${HELD}, counts.*, ${IDS('$7')} from counts`

/**
 * The same, where nobody waits for ids. Such batches are the rule, so the server plans this one once for each
 * connection. A plan is made for the table of cursors as large as it is then, and would do badly for a larger one: `era`
 * makes another statement of it. Of other tables it needs no more than their unique indexes.
 */
export function writeSegments(era: number): string {
  TEXTS[era] ??= asPrepared(
    `/* ${era} */ ${WRITE} select ${HELD}, counts.*, null as new_ids, null as old_ids from counts`,
  )
  return TEXTS[era]
}

/** By era. The same string each time: it is long, and looked up by its content. */
const TEXTS: string[] = []

/** The careful path, step by step within a transaction: cursors, skipped ranges and what is known to be dead, … */
export const MOVE_CURSORS = `with ${CURSORS}, buried as (${DEAD_LETTER_RECORDS('$5')}) select ${HELD}`

/** …events alone ($1 host, $2 events, $3 wanted keys), … */
export const INSERT_EVENTS = `
with ${INSERTED('$2')}, counts as (select ${COUNTS} from inserted)
select counts.*, ${IDS('$3')} from counts`

/** …and dead letters alone ($1 host, $2 dead letters). */
export const INSERT_DEAD_LETTERS = DEAD_LETTER_RECORDS('$2')
