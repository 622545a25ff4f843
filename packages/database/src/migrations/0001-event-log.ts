import { type Kysely, sql } from 'kysely'

/** The event log, the cursors that move with it, and what could not be stored. */
export async function up(db: Kysely<never>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db)
}

const STATEMENTS = [
  `create table events (
     id bigint generated always as identity primary key,
     event_key uuid not null unique,
     event_type text not null,
     timestamp timestamptz not null,
     recorded_at timestamptz not null default now(),
     session_uuid text,
     host text not null,
     payload jsonb not null,
     transaction_id xid8 not null default pg_current_xact_id()
   )`,
  // A session's turns in order of arrival; serves the newest events of a session as well.
  `create index events_session on events (session_uuid, id)`,
  // The order in which followers read; without it, each of their reads would sort the log. Measured: a sixth of the
  // server's time for an insert.
  `create index events_follow on events (transaction_id, id)`,

  // A cursor is updated with every batch: room in the page keeps those updates from growing the index.
  `create table cursors (
     host text not null,
     device text not null,
     inode text not null,
     birth_time_ns text not null,
     path text not null,
     agent text not null,
     transcript text not null,
     generation integer not null,
     generation_reason text,
     committed_offset bigint not null,
     marker_hash text not null,
     marker_length integer not null,
     state jsonb not null,
     size bigint not null,
     mtime_ns text not null,
     delivered_bytes bigint not null default 0,
     skipped_bytes jsonb not null default '{}',
     unknown_types jsonb not null default '{}',
     updated_at timestamptz not null default now(),
     primary key (host, device, inode)
   ) with (fillfactor = 60)`,

  `create table skipped_ranges (
     host text not null,
     device text not null,
     inode text not null,
     generation integer not null,
     "offset" bigint not null,
     length bigint not null,
     path text not null,
     reason text not null,
     detail text,
     recorded_at timestamptz not null default now(),
     primary key (host, device, inode, generation, "offset", reason)
   )`,

  `create table dead_letters (
     id bigint generated always as identity primary key,
     event_key uuid not null unique,
     event_type text,
     host text not null,
     event bytea,
     path text,
     device text,
     inode text,
     "offset" bigint,
     length bigint,
     sha256 text not null,
     sqlstate text,
     reason text not null,
     created_at timestamptz not null default now(),
     retried_at timestamptz,
     resolved_at timestamptz
   )`,

  `create table watcher_leases (
     host text primary key,
     epoch bigint not null,
     holder text not null,
     taken_at timestamptz not null default now()
   )`,

  // Aborts the statement that calls it unless what it needs is true: a batch whose lease or cursors are not its own
  // any more leaves nothing behind.
  `create function turnlog_require(held boolean, code text, message text) returns boolean
     language plpgsql as $$
     begin
       if held then return true; end if;
       raise exception using errcode = code, message = message;
     end $$`,

  // Adds two objects of counts, key by key.
  `create function turnlog_add_counts(a jsonb, b jsonb) returns jsonb
     language sql immutable as $$
     select case when b = '{}' then a when a = '{}' then b else (
       select jsonb_object_agg(key, total) from (
         select key, sum(value::bigint) as total
         from (select * from jsonb_each_text(a) union all select * from jsonb_each_text(b)) as counts
         group by key
       ) as totals
     ) end $$`,

  `create view canonical_turns as
     select distinct on (payload ->> 'agent', coalesce(payload ->> 'turn_uuid', event_key::text)) *
     from events
     where event_type = 'turn_detected'
     order by payload ->> 'agent', coalesce(payload ->> 'turn_uuid', event_key::text), id`,
]
