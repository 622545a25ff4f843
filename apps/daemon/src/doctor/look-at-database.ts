import { hostname } from 'node:os'
import type { Settings } from '@turnlog/config'
import { type Connection, connect, findEmbeddedPostgres, readCursors } from '@turnlog/database'
import type { CommittedCursor } from '@turnlog/watcher'
import type { DatabaseFacts } from './doctor-facts.ts'

export interface DatabaseLook {
  readonly facts: DatabaseFacts
  /** How far the files of this machine are recorded; none where the database cannot tell. */
  readonly cursors: readonly CommittedCursor[]
}

const PATIENCE_MS = 3_000

/** Asks the database what it is and what it holds. Changes nothing, starts nothing. */
export async function lookAtDatabase({ database, stateDir }: Settings): Promise<DatabaseLook> {
  const embedded = database.url === 'embedded'
  try {
    const found = embedded ? await findEmbeddedPostgres(stateDir) : { state: 'running' as const, url: database.url }
    if (found.state !== 'running') return { facts: { state: found.state }, cursors: [] }
    await using connection = connect(found.url, {
      poolSize: 1,
      applicationName: 'turnlog doctor',
      connectTimeoutMs: PATIENCE_MS,
    })
    return await ask(connection, embedded)
  } catch (error) {
    const { message, code } = error as Error & { readonly code?: string }
    return {
      facts: { state: 'unreachable', embedded, problem: message || (code ?? 'it does not answer') },
      cursors: [],
    }
  }
}

async function ask({ pool, db }: Connection, embedded: boolean): Promise<DatabaseLook> {
  const before = Date.now()
  const { rows } = await pool.query<ServerRow>(
    `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
       extract(epoch from clock_timestamp()) * 1000 as now, pg_database_size(current_database()) as bytes,
       to_regclass('turnlog_migrations') is not null as has_log`,
  )
  const server = rows[0] as ServerRow
  const facts = {
    state: 'reachable',
    embedded,
    version: server.version.split(' ', 1)[0] ?? server.version,
    versionNumber: server.number,
    bytes: Number(server.bytes),
    clockAheadMs: Math.round(Number(server.now) - (before + Date.now()) / 2),
  } as const
  if (!server.has_log) return { facts: { ...facts, log: null }, cursors: [] }
  const cursors = (await readCursors(db, hostname())) as readonly CommittedCursor[]
  return { facts: { ...facts, log: await askLog(pool) }, cursors }
}

interface ServerRow {
  readonly version: string
  readonly number: number
  readonly now: string
  readonly bytes: string
  readonly has_log: boolean
}

// Counted by the planner's estimate: the number of a large log would take seconds.
async function askLog(pool: Connection['pool']) {
  const { rows } = await pool.query<{ events: string; dead: string; migration: string | null }>(
    `select (select greatest(reltuples, 0)::bigint from pg_class where oid = 'events'::regclass) as events,
       (select count(*) from dead_letters where resolved_at is null) as dead,
       (select max(name) from turnlog_migrations) as migration`,
  )
  return {
    events: Number(rows[0]?.events ?? 0),
    deadLetters: Number(rows[0]?.dead ?? 0),
    migration: rows[0]?.migration ?? 'none',
  }
}
