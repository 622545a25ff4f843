/** The database cannot be asked at the moment. The message is for clients: it names no address and no account. */
export class DatabaseUnavailableError extends Error {
  constructor(message: string, options?: { readonly cause: unknown }) {
    super(message, options)
    this.name = 'DatabaseUnavailableError'
  }
}

const NOT_ANSWERING = 'The database does not answer.'
const NOT_READY = 'The database has no tables yet; the watcher makes them when it starts.'

/** States of the connection or of the server, by SQLSTATE class; the rest is about the statement. */
const SERVER_CLASSES = new Set(['08', '25', '28', '3D', '53', '57', '58', 'XX'])

/** Tells failures of connection and server from those of a statement, which are given back as they are. */
export function toUnavailable(error: unknown): unknown {
  if (error instanceof DatabaseUnavailableError) return error
  const { code, severity } = error as { readonly code?: unknown; readonly severity?: unknown }
  // What the server said has a severity; the rest comes from the socket.
  if (severity === undefined || typeof code !== 'string')
    return new DatabaseUnavailableError(NOT_ANSWERING, { cause: error })
  if (code === '42P01') return new DatabaseUnavailableError(NOT_READY, { cause: error })
  return SERVER_CLASSES.has(code.slice(0, 2)) ? new DatabaseUnavailableError(NOT_ANSWERING, { cause: error }) : error
}
