import { findHolder } from './adopt-server.ts'
import { readDataVersion } from './data-directory.ts'
import { readPassword } from './password.ts'
import { ROLES, readerUrl, socketUrl } from './server-address.ts'
import { findServerHome } from './server-home.ts'

/** The server of a state directory, as it is now. */
export type FoundEmbeddedPostgres =
  | {
      readonly state: 'running'
      /** For turnlog's own processes: the owner of the database, through the socket. Holds no password. */
      readonly url: string
      /** For people and their tools: a role that can only read, over TCP. Holds its password. */
      readonly readerUrl: string
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
  if (holder.kind !== 'ours') return { state: 'stopped', dataDir }
  const { port, pid, socketDir } = holder.lock
  if (port === null || socketDir === null) return { state: 'stopped', dataDir }
  const url = socketUrl({ socketDir, port }, ROLES.owner)
  return { state: 'running', url, readerUrl: readerUrl(port, password), port, pid, dataDir }
}
