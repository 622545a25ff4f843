import type { Settings } from '@turnlog/config'
import { type Connection, connect, findEmbeddedPostgres } from '@turnlog/database'
import { EXIT } from '../exit-codes.ts'

/**
 * Runs a command that needs the database, and closes the connection after it. Where there is none to be had, says why
 * and answers with the exit code for that.
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
  const problem = await findProblem(connection)
  if (problem === null) return await use(connection.db)
  console.error(problem)
  return EXIT.notRunning
}

/** Where the database is; null for an embedded one that does not run. */
export async function findDatabase({ database, stateDir }: Settings): Promise<string | null> {
  if (database.url !== 'embedded') return database.url
  const found = await findEmbeddedPostgres(stateDir)
  return found.state === 'running' ? found.url : null
}

const UNDEFINED_TABLE = '42P01'

async function findProblem({ pool }: Connection): Promise<string | null> {
  try {
    await pool.query('select from cursors limit 0')
    return null
  } catch (error) {
    const { code, message } = error as Error & { readonly code?: string }
    return code === UNDEFINED_TABLE
      ? 'The database holds nothing of turnlog yet. Start turnlog once to make its tables.'
      : `The database does not answer: ${message || code}`
  }
}
