import { join } from 'node:path'
import type { BenchDatabase, BenchServer } from './bench-server.ts'
import { waitForBytes } from './committed.ts'
import { readCpuOfTree, readUsage } from './process-usage.ts'
import { Scratch } from './scratch.ts'
import { TurnlogRun } from './turnlog-run.ts'

export interface ImportRun {
  /** From the first look at the folders to the last commit. */
  readonly seconds: number
  readonly watcherCpuSeconds: number
  readonly serverCpuSeconds: number
  readonly watcherPeakBytes: number
  readonly growth: Growth
}

/** What a log holds and what it takes. */
export interface Growth {
  readonly turns: number
  readonly textBytes: number
  /** Table, indexes and what is stored beside the table. */
  readonly storedBytes: number
}

/** Imports a history into a new database. @param then looks at the database while it is still there */
export async function runImport(
  server: BenchServer,
  home: string,
  bytes: number,
  then?: (database: BenchDatabase) => Promise<void>,
): Promise<ImportRun> {
  using scratch = new Scratch()
  await using database = await server.createDatabase()
  await database.migrate()
  const empty = await readStoredBytes(database)
  await database.connection.pool.query('checkpoint')
  const serverCpu = readCpuOfTree(server.pid)
  await using turnlog = new TurnlogRun({ home, stateDir: join(scratch.path, 'state'), databaseUrl: database.url })
  const { at, tookMs } = await turnlog.ready
  await waitForBytes(database.connection, bytes)
  const seconds = (performance.now() - at + tookMs) / 1000
  const { cpuSeconds, peakBytes } = readUsage(turnlog.watcherPid)
  const serverCpuSeconds = readCpuOfTree(server.pid) - serverCpu
  await turnlog.stop()
  const growth = await readGrowth(database, empty)
  await then?.(database)
  return { seconds, watcherCpuSeconds: cpuSeconds, serverCpuSeconds, watcherPeakBytes: peakBytes, growth }
}

async function readStoredBytes({ connection }: BenchDatabase): Promise<number> {
  const { rows } = await connection.pool.query("select pg_total_relation_size('events')::float8 as bytes")
  return rows[0].bytes
}

async function readGrowth(database: BenchDatabase, empty: number): Promise<Growth> {
  const { rows } = await database.connection.pool.query(
    `select count(*)::int as turns, sum(octet_length(payload ->> 'text'))::float8 as text_bytes
     from events where event_type = 'turn_detected'`,
  )
  const storedBytes = (await readStoredBytes(database)) - empty
  return { turns: rows[0].turns, textBytes: rows[0].text_bytes, storedBytes }
}
