import { lstat, realpath, rm, rmdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { EmbeddedPostgresAccessError } from './errors.ts'
import { findEmbeddedPostgres } from './find-embedded-postgres.ts'
import { resolveServerAccount } from './server-account.ts'
import { fallbackHome, findServerHome, type ServerHome } from './server-home.ts'
import { findSocketDirectory } from './socket-directory.ts'
import { startEmbeddedPostgres } from './start-embedded-postgres.ts'

/**
 * Stops the server of a state directory and removes its files, with all data.
 *
 * Only folders are removed that this package made itself: `postgres/` in the state directory, and the one whose name
 * follows from the path of the state directory.
 *
 * @throws EmbeddedPostgresError if it is in another place, or belongs to another account; nothing is removed then.
 */
export async function removeEmbeddedPostgres(stateDir: string, fallbackDir?: string): Promise<void> {
  if ((await realpath(stateDir).catch(() => null)) === null) return
  const own = join(resolve(stateDir), 'postgres')
  const home = await findServerHome(stateDir)
  if (home.dir !== own && home.dir !== (await fallbackHome(stateDir, fallbackDir))) throw misplaced(own, home)
  if ((await findEmbeddedPostgres(stateDir)).state === 'running') await stop(stateDir)
  // Empty after the server has stopped. A killed server leaves its socket there, which does no harm.
  const socketDir = await findSocketDirectory(home, await resolveServerAccount(home.dataDir)).catch(() => null)
  if (socketDir !== null) await rmdir(socketDir).catch(() => {})
  await removeFolder(home.dir)
  await removeFolder(own)
}

/** The server of an owner that was killed: taken over, as the next start would, and stopped. */
async function stop(stateDir: string): Promise<void> {
  const server = await startEmbeddedPostgres({ stateDir })
  await server.stop('immediate')
}

// Removing a link would leave what it leads to, and following it would remove what is not ours.
async function removeFolder(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null)
  if (found?.isDirectory()) await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  else await rm(path, { force: true })
}

function misplaced(own: string, home: ServerHome): EmbeddedPostgresAccessError {
  const problem = `it says that the database is in ${home.dir}, where turnlog does not put it`
  return new EmbeddedPostgresAccessError(join(own, 'location'), problem, 'Look at both, and remove them by hand.')
}
