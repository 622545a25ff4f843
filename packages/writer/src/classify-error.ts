/*
 * What an error says about whose fault it is, and so about what to do next.
 *
 * SQLSTATEs: PostgreSQL documentation, appendix A "PostgreSQL Error Codes"
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html). Socket errors: errno(3), as Node names them
 * (https://nodejs.org/api/errors.html#common-system-errors).
 */

export type Fault =
  /** The content of a row. Trying again is useless; the others can be written without it. */
  | 'row'
  /** This statement, this time. If it keeps failing while the database is well, a row in it is to blame. */
  | 'statement'
  /** The connection broke during the statement, which may have been committed. As above. */
  | 'connection'
  /** The server as a whole: it restarts, is full, has no room for connections. No row is to blame. */
  | 'server'
  /** Somebody must repair something: password, database, tables, rights. No row is to blame. */
  | 'configuration'
  /** The lease of the host belongs to another watcher. Raised by our own statement. */
  | 'lease_lost'
  /** A cursor is not where the batch expects it. Raised by our own statement. */
  | 'cursor_moved'

/** The SQLSTATEs that our own statement raises (`turnlog_require`). */
export const LEASE_LOST = 'TL001'
export const CURSOR_MOVED = 'TL002'

/** The longest prefix that matches wins: a code before its class. */
const SQLSTATES: Readonly<Record<string, Fault>> = {
  [LEASE_LOST]: 'lease_lost',
  [CURSOR_MOVED]: 'cursor_moved',

  '08': 'server', // connection exception
  '08P01': 'statement', // protocol violation
  '0A': 'statement', // feature not supported; also a cached plan after a migration
  '20': 'row', // case not found (user's triggers)
  '21': 'row', // cardinality violation
  '22': 'row', // data exception: \u0000 in jsonb, numeric out of range, bad date
  '23': 'row', // integrity constraint violation
  '25006': 'server', // read-only transaction: a standby after a fail-over
  '27': 'row', // triggered data change violation
  '28': 'configuration', // invalid authorization
  '38': 'row', // external routine exception (user's triggers)
  '39': 'row', // external routine invocation exception
  '3D': 'configuration', // no such database
  '3F': 'configuration', // no such schema
  '40': 'statement', // serialization failure, deadlock
  '42': 'configuration', // no such table, column or right
  '44': 'row', // with check option violation
  '53': 'server', // insufficient resources: disk full, too many connections
  '53200': 'statement', // out of memory: perhaps for this statement alone
  '54': 'row', // program limit exceeded: too large, too deep
  '55': 'statement', // object not in prerequisite state
  '55P03': 'server', // lock not available: whoever holds it is to blame, and no row
  '57': 'server', // operator intervention: shutdown, starting up
  '57014': 'server', // query cancelled, statement_timeout: load or a lock, and no row however long it lasts
  '57P02': 'connection', // crash shutdown: perhaps because of this statement
  '57P04': 'configuration', // database dropped
  '58': 'server', // system error: I/O
  F0: 'server', // configuration file error
  P0: 'row', // raised by user's triggers
  XX: 'statement', // internal error, data corrupted
}

const SOCKET_ERRORS: Readonly<Record<string, Fault>> = {
  ECONNRESET: 'connection',
  EPIPE: 'connection',
  ETIMEDOUT: 'connection',
  ECONNABORTED: 'connection',
  ECONNREFUSED: 'server',
  EHOSTUNREACH: 'server',
  EHOSTDOWN: 'server',
  ENETUNREACH: 'server',
  ENETDOWN: 'server',
  EADDRNOTAVAIL: 'server',
  EAI_AGAIN: 'server',
  EMFILE: 'server',
  ENFILE: 'server',
  ENOENT: 'server', // a Unix socket that is not there (yet)
  ENOTFOUND: 'configuration',
  EACCES: 'configuration',
}

/** pg's own errors carry no code. https://github.com/brianc/node-postgres `packages/pg/lib/client.js`, `pg-pool` */
const DRIVER_ERRORS: readonly (readonly [RegExp, Fault])[] = [
  [/^Connection terminated due to connection timeout|^timeout e/, 'server'],
  [/^Connection terminated|connection error and is not queryable|^Client was closed|did not answer/, 'connection'],
  [/pool after calling end|driver has already been destroyed/, 'configuration'],
]

/** Whose fault an error is. What is not known is taken for this statement's, since that is tried again with care. */
export function classifyError(error: unknown): Fault {
  const code = sqlStateOf(error)
  if (code !== null) return SQLSTATES[code] ?? SQLSTATES[code.slice(0, 2)] ?? 'statement'
  const socket = SOCKET_ERRORS[codeOf(error)]
  if (socket !== undefined) return socket
  const message = error instanceof Error ? error.message : ''
  return DRIVER_ERRORS.find(([pattern]) => pattern.test(message))?.[1] ?? 'statement'
}

/** The SQLSTATE of an error that the server sent, or null for any other. */
export function sqlStateOf(error: unknown): string | null {
  const code = codeOf(error)
  // EPIPE has five characters, too; only the server's errors have a severity.
  return /^[\dA-Z]{5}$/.test(code) && (error as { severity?: unknown }).severity !== undefined ? code : null
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : ''
}

/** Anything thrown, as an `Error`. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
