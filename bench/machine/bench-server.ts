import { type Connection, connect, migrateToLatest, startEmbeddedPostgres } from '../../packages/database/src/index.ts'
import { onInterrupt } from './on-interrupt.ts'
import { Scratch } from './scratch.ts'

/** The server of a whole run: turnlog, the limits and the peers each get databases of their own on it. */
export interface BenchServer extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  readonly version: string
  /** A database without tables; its connections go over one pool that is closed with it. */
  createDatabase(): Promise<BenchDatabase>
}

export interface BenchDatabase extends AsyncDisposable {
  readonly url: string
  readonly connection: Connection
  /** Makes turnlog's tables. */
  migrate(): Promise<void>
}

/** Starts PostgreSQL as turnlog does: same binaries, same settings, with fsync. */
export async function startBenchServer(): Promise<BenchServer> {
  const scratch = new Scratch()
  const server = await startEmbeddedPostgres({ stateDir: scratch.path })
  const undone = onInterrupt(() => server.stop('immediate'))
  let databases = 0
  return {
    url: server.superuserUrl,
    pid: server.pid,
    version: server.version,
    createDatabase: () => {
      databases += 1
      return createDatabase(server.superuserUrl, `bench_${databases}`)
    },
    [Symbol.asyncDispose]: async () => {
      undone()
      await server.stop('immediate')
      scratch[Symbol.dispose]()
    },
  }
}

async function createDatabase(serverUrl: string, name: string): Promise<BenchDatabase> {
  await run(serverUrl, `create database ${name}`)
  const url = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href
  const connection = connect(url, { statementDeadlineMs: 0 })
  return {
    url,
    connection,
    migrate: () => migrateToLatest(connection.db).then(() => {}),
    [Symbol.asyncDispose]: async () => {
      await connection.close()
      await run(serverUrl, `drop database ${name} with (force)`)
    },
  }
}

async function run(url: string, statement: string): Promise<void> {
  await using connection = connect(url, { poolSize: 1, statementDeadlineMs: 0 })
  await connection.pool.query(statement)
}
