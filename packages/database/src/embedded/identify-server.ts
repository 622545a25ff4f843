import { Client, DatabaseError } from 'pg'
import { prepareRoles } from './prepare-roles.ts'
import { DATABASE, ROLES, type ServerAddress } from './server-address.ts'
import type { IdentifyServer, ServerIdentity } from './server-identity.ts'

const INVALID_CATALOG_NAME = '3D000'
const CANNOT_CONNECT_NOW = '57P03'
const DUPLICATE_DATABASE = '42P04'
const UNIQUE_VIOLATION = '23505'

/** Prepares the server and asks it who it is, with the Postgres driver. */
export const identifyServer: IdentifyServer = async (address, readerPassword) => {
  try {
    return { ok: true, identity: await prepareOrCreate(address, readerPassword) }
  } catch (error) {
    return { ok: false, failure: classify(error), message: error instanceof Error ? error.message : String(error) }
  }
}

async function prepareOrCreate(address: ServerAddress, readerPassword: string): Promise<ServerIdentity> {
  try {
    return await prepare(address, readerPassword)
  } catch (error) {
    if (sqlState(error) !== INVALID_CATALOG_NAME) throw error
    await createDatabase(address)
    return prepare(address, readerPassword)
  }
}

function prepare(address: ServerAddress, readerPassword: string): Promise<ServerIdentity> {
  return withClient(address, DATABASE, async (client) => {
    await prepareRoles(client, readerPassword)
    const { rows } = await client.query<{ data_dir: string; started_at: string; version: string }>(
      `select current_setting('data_directory') as data_dir, current_setting('server_version') as version,
              extract(epoch from pg_postmaster_start_time()) as started_at`,
    )
    const [row] = rows
    if (!row) throw new Error('The server answered nothing about itself')
    return { dataDir: row.data_dir, startedAt: Number(row.started_at), version: row.version.split(' ', 1)[0] ?? '' }
  })
}

async function createDatabase(address: ServerAddress): Promise<void> {
  await withClient(address, 'postgres', async (client) => {
    await client.query(`create database ${DATABASE}`).catch((error: unknown) => {
      // Another start made it at the same moment.
      if (sqlState(error) !== DUPLICATE_DATABASE && sqlState(error) !== UNIQUE_VIOLATION) throw error
    })
  })
}

async function withClient<Result>(
  { socketDir, port }: ServerAddress,
  database: string,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  // Everything is named here, because `pg` fills gaps (also an empty string) from PGSSLMODE, PGOPTIONS and the like.
  const client = new Client({
    host: socketDir,
    port,
    user: ROLES.superuser,
    // The socket asks for none. Without one, `pg` could send a password of the environment to a server that asks.
    password: () => Promise.reject(new Error('The server asks for a password, which it must not do on its socket')),
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

function classify(error: unknown): 'not_ready' | 'failed' {
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
    code === 'ENOENT' ||
    code === 'ECONNREFUSED' ||
    code === 'ECONNRESET' ||
    code === 'EPIPE' ||
    /terminated unexpectedly/.test(error.message)
  )
}
