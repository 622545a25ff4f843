import type { Settings } from '@turnlog/config'
import { type Connection, connect, findEmbeddedPostgres } from '@turnlog/database'
import { EXIT } from '../exit-codes.ts'

/**
 * Runs a command that needs the database, and closes the connection after it. Where nothing serves the embedded
 * database, says so and answers with the exit code for that.
 */
export async function withDatabase(
  settings: Settings,
  use: (db: Connection['db']) => Promise<number>,
): Promise<number> {
  const url = await findDatabase(settings)
  if (url === null) {
    console.error('The database is not running. Start turnlog first.')
    return EXIT.notRunning
  }
  await using connection = connect(url, { poolSize: 2, applicationName: 'turnlog command' })
  return await use(connection.db)
}

async function findDatabase({ database, stateDir }: Settings): Promise<string | null> {
  if (database.url !== 'embedded') return database.url
  const found = await findEmbeddedPostgres(stateDir)
  return found.state === 'running' ? found.url : null
}
