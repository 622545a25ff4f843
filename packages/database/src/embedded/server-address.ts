import { join } from 'node:path'

/** The database that is made for turnlog. */
export const DATABASE = 'turnlog'

/**
 * `superuser`  made by initdb; used to prepare the database, through the socket
 * `owner`      owns the database and its tables; turnlog's own processes work as this role, through the socket
 * `reader`     for people and their tools, through TCP on loopback; can read and nothing else
 */
export const ROLES = { superuser: 'turnlog', owner: 'turnlog_owner', reader: 'turnlog_reader' } as const

/** Where a server listens: its Unix socket, and the same port on 127.0.0.1. */
export interface ServerAddress {
  readonly socketDir: string
  readonly port: number
}

/** The file of a server's socket. */
export function socketPath({ socketDir, port }: ServerAddress): string {
  return join(socketDir, `.s.PGSQL.${port}`)
}

/**
 * URL of the socket for one of the roles that need no password there. The folder stands in place of the host, with its
 * slashes encoded; `pg`, libpq and `new URL()` all understand this form.
 *
 * @example postgresql://turnlog_owner@%2Frun%2Fturnlog:5433/turnlog
 */
export function socketUrl({ socketDir, port }: ServerAddress, role: string): string {
  return `postgresql://${role}@${encodeURIComponent(socketDir)}:${port}/${DATABASE}`
}

/** URL of the reader over TCP. It holds the password: print it only on request. */
export function readerUrl(port: number, password: string): string {
  return `postgresql://${ROLES.reader}:${encodeURIComponent(password)}@127.0.0.1:${port}/${DATABASE}`
}
