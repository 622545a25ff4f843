/*
 * What an error says about its cause, and so about what to do next.
 *
 * SQLSTATEs: PostgreSQL documentation, appendix A "PostgreSQL Error Codes"
 * (https://www.postgresql.org/docs/current/errcodes-appendix.html). Socket errors: errno(3), as Node names them
 * (https://nodejs.org/api/errors.html#common-system-errors).
 */

export type Fault =
  /** The content of a row, e.g. a number out of range. Trying again is useless; other rows can be written without it. */
  | 'content'
  /** May pass by itself, e.g. a deadlock or a full disk. Tried again. */
  | 'transient'
  /** The connection is lost, or was never there. Tried again; it says nothing about a row. */
  | 'connection'
  /** Will not pass by itself, e.g. a missing table or right. Not tried again. */
  | 'permanent'
  /** The server as a whole, e.g. a wrong password or a damaged file. An outage immediately; no row is to blame. */
  | 'server'

/** The longest prefix that matches wins: a code before its class. */
const SQLSTATES: ReadonlyMap<string, Fault> = new Map([
  ['0A', 'permanent'], // feature not supported
  ['20', 'content'], // case not found (user's triggers)
  ['21', 'content'], // cardinality violation
  ['22', 'content'], // data exception: \u0000 in jsonb, numeric out of range, bad date
  ['23', 'content'], // integrity constraint violation
  ['27', 'content'], // triggered data change violation
  ['28', 'server'], // invalid authorization
  ['38', 'content'], // external routine exception (user's triggers)
  ['39', 'content'], // external routine invocation exception
  ['3D', 'server'], // no such database
  ['3F', 'permanent'], // no such schema
  ['42', 'permanent'], // no such table, column or right
  ['44', 'content'], // with check option violation
  ['54', 'content'], // program limit exceeded: too large, too deep
  ['57P04', 'server'], // database dropped
  ['58', 'server'], // system error: I/O
  ['F0', 'server'], // configuration file error
  ['P0', 'content'], // raised by user's triggers
  ['XX', 'server'], // internal error, data corrupted
])

/** Errors of the network that need a person. All others are a lost connection. */
const PERMANENT_SOCKET_ERRORS: ReadonlySet<string> = new Set(['ENOTFOUND', 'EACCES'])

/** Classifies an error. An unknown SQLSTATE is transient, because a retry is harmless. */
export function classifyError(error: unknown): Fault {
  const code = sqlStateOf(error)
  if (code === null) return PERMANENT_SOCKET_ERRORS.has(codeOf(error)) ? 'server' : 'connection'
  const fault = SQLSTATES.get(code) ?? SQLSTATES.get(code.slice(0, 2)) ?? 'transient'
  return fault !== 'server' && isFatal(error) ? 'connection' : fault
}

/**
 * Whether an insert that failed with this error says something about the inserted row: the server refused that
 * statement, and the connection is still there.
 */
export function canAccuseRow(error: unknown): boolean {
  const fault = classifyError(error)
  return fault !== 'connection' && fault !== 'server'
}

/** Whether a person has to repair something. */
export function needsRepair(error: unknown): boolean {
  const fault = classifyError(error)
  // An I/O error is the only fault of the server that may pass by itself.
  return fault !== 'transient' && fault !== 'connection' && sqlStateOf(error)?.startsWith('58') !== true
}

/** The SQLSTATE of an error that the server sent, or null for any other. */
export function sqlStateOf(error: unknown): string | null {
  const code = codeOf(error)
  // EPIPE has five characters, too; only the server's errors have a severity.
  return /^[\dA-Z]{5}$/.test(code) && severityOf(error) !== undefined ? code : null
}

/** Whether the server ended the session with this error. */
function isFatal(error: unknown): boolean {
  return severityOf(error) === 'FATAL' || severityOf(error) === 'PANIC'
}

function severityOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { severity?: unknown }).severity : undefined
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null ? (error as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : ''
}

/** Anything thrown, as an `Error`. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown))
}
