import { connect } from '../connect.ts'
import { startEmbeddedPostgres } from '../embedded/start-embedded-postgres.ts'
import { migrateToLatest } from '../migrate-to-latest.ts'
import { administer, withDatabase } from './administer.ts'
import { copyCachedCluster } from './cached-cluster.ts'
import { makeThrowawayDirectory, removeThrowawayDirectory, sweepThrowawayDirectories } from './throwaway-directory.ts'
import { THROWAWAY_SETTINGS } from './throwaway-settings.ts'

/** The migrated database that fresh ones are copied from. Nobody can connect to it, so copying never has to wait. */
export const TEMPLATE = 'turnlog_template'

/** A server for one test run. */
export interface TestServer {
  readonly url: string
  close(): Promise<void>
}

/** Starts a throw-away server with a migrated template, after removing what killed runs left behind. */
export async function startTestServer(): Promise<TestServer> {
  await sweepThrowawayDirectories()
  const stateDir = await makeThrowawayDirectory()
  await copyCachedCluster(stateDir)
  const server = await startEmbeddedPostgres({ stateDir, settings: THROWAWAY_SETTINGS })
  const close = async (): Promise<void> => {
    await server.stop('immediate')
    await removeThrowawayDirectory(stateDir)
  }
  try {
    await makeTemplate(server.superuserUrl)
  } catch (error) {
    await close()
    throw error
  }
  return { url: server.superuserUrl, close }
}

async function makeTemplate(url: string): Promise<void> {
  await administer(url, `create database ${TEMPLATE}`)
  const connection = connect(withDatabase(url, TEMPLATE), { poolSize: 1 })
  try {
    await migrateToLatest(connection.db)
  } finally {
    await connection.close()
  }
  await administer(url, `alter database ${TEMPLATE} with allow_connections false is_template true`)
}
