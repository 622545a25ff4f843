/** The database cannot be asked at the moment. The message is for clients: it names no address and no account. */
export class DatabaseUnavailableError extends Error {
  constructor(message: string, options?: { readonly cause: unknown }) {
    super(message, options)
    this.name = 'DatabaseUnavailableError'
  }
}

const NOT_ANSWERING = 'The database does not answer.'
const NOT_READY = 'The database has no tables yet; the watcher makes them when it starts.'

/** SQLSTATEs, by class, that are about the server or the way into it; the rest is about the statement. */
const SERVER_CLASSES = new Set(['08', '28', '3D', '53', '57', '58'])

/** As Node names them: https://nodejs.org/api/errors.html#common-system-errors */
const SOCKET_CODES = new Set([
  'EACCES',
  'EADDRNOTAVAIL',
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTDOWN',
  'EHOSTUNREACH',
  'EMFILE',
  'ENETDOWN',
  'ENETUNREACH',
  'ENFILE',
  'ENOENT',
  'ENOTFOUND',
  'EPERM',
  'EPIPE',
  'ETIMEDOUT',
])
const SOCKET_CALLS = new Set(['connect', 'getaddrinfo', 'read', 'write', 'shutdown'])

/** The driver's own errors carry no code. https://github.com/brianc/node-postgres `packages/pg/lib`, `pg-pool` */
const DRIVER_MESSAGE =
  /^Connection terminated|^timeout e|is not queryable$|did not answer a statement|pool after calling end|driver has already been destroyed|SSL connection|certificate|^SASL/

/** Tells failures of connection and server from all others, which are given back as they are. */
export function toUnavailable(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DatabaseUnavailableError) return error
  const { code } = error as NodeJS.ErrnoException
  if (code === '42P01') return new DatabaseUnavailableError(NOT_READY, { cause: error })
  return isOfConnection(error) ? new DatabaseUnavailableError(NOT_ANSWERING, { cause: error }) : error
}

function isOfConnection(error: Error): boolean {
  const { code = '', syscall, severity } = error as NodeJS.ErrnoException & { readonly severity?: string }
  // Only what the server said has a severity; a fatal one ends the connection.
  if (severity !== undefined)
    return severity === 'FATAL' || severity === 'PANIC' || SERVER_CLASSES.has(code.slice(0, 2))
  if (SOCKET_CODES.has(code)) return syscall === undefined || SOCKET_CALLS.has(syscall)
  return DRIVER_MESSAGE.test(error.message)
}
