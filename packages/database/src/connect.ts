import { Kysely, PostgresDialect } from 'kysely'
import { type Client, type ClientConfig, Pool } from 'pg'
import { createGuardedClient, cutConnection } from './guarded-client.ts'
import type { Database } from './tables.ts'

export interface ConnectOptions {
  /**
   * Most connections that are open at once.
   *
   * @default 4
   */
  readonly poolSize?: number
  /**
   * How long a connection may take to be made, in milliseconds; also how long to wait for a free one.
   *
   * @default 5000
   */
  readonly connectTimeoutMs?: number
  /**
   * How long a statement may go without an answer, in milliseconds, before its connection is cut and replaced, so that
   * a half-open connection cannot hold anybody up. 0 waits for ever; use that for migrations that may take long.
   *
   * @default 30000
   */
  readonly statementDeadlineMs?: number
  /**
   * The name that the connections show in `pg_stat_activity`.
   *
   * @default turnlog
   */
  readonly applicationName?: string
  /** Told about connections that broke while nobody used them. They are replaced; there is nothing to do. */
  readonly onIdleError?: (error: Error) => void
}

/** An open pool of connections to one database. */
export interface Connection {
  readonly db: Kysely<Database>
  readonly pool: Pool
  /** Makes a connection of its own beside the pool, for what is bound to a session: an advisory lock, `LISTEN`. */
  openClient(): Promise<Client>
  /** Waits for what is running, at most this long, then cuts it. Closing twice is the same as once. */
  close(graceMs?: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Opens a pool of connections to a database. Nothing is connected until the first query, and a connection that breaks
 * never takes the process down: its query fails, and the next one gets a new connection.
 */
export function connect(url: string, options: ConnectOptions = {}): Connection {
  const { poolSize = 4, statementDeadlineMs = 30_000, onIdleError = () => {} } = options
  const config = resolveClientConfig(url, options)
  const PoolClient = createGuardedClient(statementDeadlineMs)
  const pool = new Pool({ ...config, max: poolSize, Client: PoolClient } as ConstructorParameters<typeof Pool>[0])
  const clients = keepAliveThroughErrors(pool, onIdleError)
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  let closing: Promise<void> | undefined
  const close = (graceMs = 1_000): Promise<void> => {
    closing ??= closePool(db, pool, clients, graceMs)
    return closing
  }
  return {
    db,
    pool,
    openClient: () => openClient(new PoolClient(config)),
    close,
    [Symbol.asyncDispose]: () => close(),
  }
}

function resolveClientConfig(url: string, options: ConnectOptions): ClientConfig {
  return {
    connectionString: url,
    // As libpq does: PGSSLMODE is meant for the network, and a server on a socket knows no TLS.
    ...(isSocketUrl(url) && { ssl: false }),
    application_name: options.applicationName ?? 'turnlog',
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  }
}

/** Whether the folder of a Unix socket stands in place of the host. */
function isSocketUrl(url: string): boolean {
  return /^postgres(ql)?:\/\/([^@/]*@)?%2f/i.test(url)
}

/** Without a listener, the `error` event of a client that breaks while checked out would end the process. */
function keepAliveThroughErrors(pool: Pool, onIdleError: (error: Error) => void): ReadonlySet<Client> {
  const clients = new Set<Client>()
  pool.on('error', onIdleError)
  pool.on('connect', (client) => {
    const member = client as unknown as Client
    member.on('error', () => {})
    clients.add(member)
  })
  pool.on('remove', (client) => clients.delete(client as unknown as Client))
  return clients
}

async function openClient(client: Client): Promise<Client> {
  client.on('error', () => {})
  await client.connect()
  return client
}

async function closePool(
  db: Kysely<Database>,
  pool: Pool,
  clients: ReadonlySet<Client>,
  graceMs: number,
): Promise<void> {
  const cut = setTimeout(() => {
    for (const client of clients) cutConnection(client)
  }, graceMs)
  try {
    await db.destroy()
    // kysely ends the pool only if it has used it.
    if (!pool.ending) await pool.end()
  } finally {
    clearTimeout(cut)
  }
}
