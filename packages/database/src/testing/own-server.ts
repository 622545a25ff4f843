import { connect } from '../connect.ts'
import type { EmbeddedPostgres } from '../embedded/embedded-postgres.ts'
import type { StopMode } from '../embedded/report.ts'
import { startEmbeddedPostgres } from '../embedded/start-embedded-postgres.ts'
import { migrateToLatest } from '../migrate-to-latest.ts'
import { copyCachedCluster } from './cached-cluster.ts'
import { makeThrowawayDirectory, removeThrowawayDirectory } from './throwaway-directory.ts'
import { THROWAWAY_SETTINGS } from './throwaway-settings.ts'

/** A server that belongs to one test, which may do anything to it. */
export interface OwnServer extends AsyncDisposable {
  /** For the superuser. Stays the same over restarts. */
  readonly url: string
  readonly stateDir: string
  /** The server as of its last start. */
  readonly current: EmbeddedPostgres
  /** Kills the server as the system would when it runs out of memory. Resolves when it is gone. */
  crash(): Promise<void>
  stop(mode?: StopMode): Promise<void>
  /** Starts it again, after `stop` or `crash`. Recovers what was committed. */
  start(): Promise<void>
  restart(mode?: StopMode): Promise<void>
}

export interface OwnServerOptions {
  /**
   * False for a database without any tables.
   *
   * @default true
   */
  readonly migrated?: boolean
  readonly settings?: Readonly<Record<string, string>>
}

/** Starts a server of the test's own; disposing of it removes everything. Takes some 200 ms. */
export async function ownServer({ migrated = true, settings = {} }: OwnServerOptions = {}): Promise<OwnServer> {
  const stateDir = await makeThrowawayDirectory()
  await copyCachedCluster(stateDir)
  const launch = (): Promise<EmbeddedPostgres> =>
    startEmbeddedPostgres({ stateDir, settings: { ...THROWAWAY_SETTINGS, ...settings } })
  let current = await launch()
  const stop = (mode: StopMode = 'fast'): Promise<void> => current.stop(mode)
  const start = async (): Promise<void> => {
    current = await launch()
  }
  const server: OwnServer = {
    url: current.superuserUrl,
    stateDir,
    get current() {
      return current
    },
    crash: async () => {
      process.kill(current.pid, 'SIGKILL')
      await current.exited
    },
    stop,
    start,
    restart: async (mode) => {
      await stop(mode)
      await start()
    },
    [Symbol.asyncDispose]: async () => {
      await stop('immediate')
      await removeThrowawayDirectory(stateDir)
    },
  }
  if (migrated) await migrate(server)
  return server
}

async function migrate(server: OwnServer): Promise<void> {
  // As the owner, so that turnlog's own processes can use the tables.
  const connection = connect(server.current.url, { poolSize: 1 })
  try {
    await migrateToLatest(connection.db)
  } catch (error) {
    await server[Symbol.asyncDispose]()
    throw error
  } finally {
    await connection.close()
  }
}
