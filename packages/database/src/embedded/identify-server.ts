import { Client, DatabaseError } from 'pg'
import { USER } from './data-directory.ts'
import { DATABASE, type IdentifyServer, type ServerIdentity } from './server-identity.ts'

const INVALID_CATALOG_NAME = '3D000'
const CANNOT_CONNECT_NOW = '57P03'
const INVALID_PASSWORD = '28P01'
const DUPLICATE_DATABASE = '42P04'
const UNIQUE_VIOLATION = '23505'

/** Asks with the Postgres driver. */
export const identifyServer: IdentifyServer = async (port, password) => {
  try {
    return { ok: true, identity: await askOrCreate(port, password) }
  } catch (error) {
    return { ok: false, failure: classify(error), message: error instanceof Error ? error.message : String(error) }
  }
}

async function askOrCreate(port: number, password: string): Promise<ServerIdentity> {
  try {
    return await ask(port, password)
  } catch (error) {
    if (sqlState(error) !== INVALID_CATALOG_NAME) throw error
    await createDatabase(port, password)
    return ask(port, password)
  }
}

async function ask(port: number, password: string): Promise<ServerIdentity> {
  return withClient(port, password, DATABASE, async (client) => {
    const { rows } = await client.query<{ data_dir: string; started_at: string; version: string }>(
      `select current_setting('data_directory') as data_dir, current_setting('server_version') as version,
              extract(epoch from pg_postmaster_start_time()) as started_at`,
    )
    const [row] = rows
    if (!row) throw new Error('The server answered nothing about itself')
    return { dataDir: row.data_dir, startedAt: Number(row.started_at), version: row.version.split(' ', 1)[0] ?? '' }
  })
}

async function createDatabase(port: number, password: string): Promise<void> {
  await withClient(port, password, 'postgres', async (client) => {
    await client.query(`create database ${DATABASE}`).catch((error: unknown) => {
      // Another start made it at the same moment.
      if (sqlState(error) !== DUPLICATE_DATABASE && sqlState(error) !== UNIQUE_VIOLATION) throw error
    })
  })
}

async function withClient<Result>(
  port: number,
  password: string,
  database: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  // Everything is named here, because `pg` fills gaps (also an empty string) from PGSSLMODE, PGOPTIONS and the like.
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: USER,
    password,
    database,
    ssl: false,
    options: '-c statement_timeout=10s',
    application_name: 'turnlog embedded',
    connectionTimeoutMillis: 5000,
    query_timeout: 10_000,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return await use(client)
  } finally {
    await client.end().catch(() => {})
  }
}

function sqlState(error: unknown): string | undefined {
  return error instanceof DatabaseError ? error.code : undefined
}

function classify(error: unknown): 'not_ready' | 'wrong_password' | 'failed' {
  if (sqlState(error) === INVALID_PASSWORD) return 'wrong_password'
  const isNotReady = sqlState(error) === CANNOT_CONNECT_NOW || isConnectionError(error) || isTimeout(error)
  return isNotReady ? 'not_ready' : 'failed'
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && /timeout/i.test(error.message)
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof DatabaseError) return false
  const { code } = error as NodeJS.ErrnoException
  return (
    code === 'ECONNREFUSED' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    /terminated unexpectedly/.test(error.message)
  )
}
