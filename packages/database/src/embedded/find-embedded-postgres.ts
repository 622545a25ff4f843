import { findHolder } from './adopt-server.ts'
import { readDataVersion } from './data-directory.ts'
import { readPassword } from './password.ts'
import { findServerHome } from './server-home.ts'
import { serverUrl } from './server-identity.ts'

/** The server of a state directory, as it is now. */
export type FoundEmbeddedPostgres =
  | {
      readonly state: 'running'
      readonly url: string
      readonly port: number
      readonly pid: number
      readonly dataDir: string
    }
  /** It has a database, and nothing serves it (or not yet). */
  | { readonly state: 'stopped'; readonly dataDir: string }
  /** No server was ever started on this state directory. */
  | { readonly state: 'absent'; readonly dataDir: string }

/**
 * Finds the server whose data lies in a state directory, without starting or asking it: by its lock and what the
 * operating system says of the process. Changes nothing.
 *
 * @throws EmbeddedPostgresAccessError if this account may not read the server's files.
 */
export async function findEmbeddedPostgres(stateDir: string): Promise<FoundEmbeddedPostgres> {
  const { dataDir, passwordFile } = await findServerHome(stateDir)
  const password = await readPassword(passwordFile)
  if (password === null || (await readDataVersion(dataDir)) === null) return { state: 'absent', dataDir }
  const holder = await findHolder(dataDir)
  if (holder.kind !== 'ours' || holder.lock.port === null) return { state: 'stopped', dataDir }
  const { port, pid } = holder.lock
  return { state: 'running', url: serverUrl(port, password), port, pid, dataDir }
}
