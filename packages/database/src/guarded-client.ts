import { Client } from 'pg'

/** A statement had no answer in time; its connection was cut, since it cannot be trusted with another one. */
export class StatementDeadlineError extends Error {
  readonly deadlineMs: number
  constructor(deadlineMs: number) {
    super(`The database did not answer a statement within ${deadlineMs} ms; the connection was cut and is replaced`)
    this.name = 'StatementDeadlineError'
    this.deadlineMs = deadlineMs
  }
}

type Query = (...args: readonly unknown[]) => unknown

/**
 * A pg client that knows when its connection is of no more use.
 *
 * - A statement that has no answer in time cuts it. pg's own `query_timeout` only stops waiting: on a half-open
 *   connection the client would go back to the pool and swallow the next statement as well.
 * - After a fatal error of the server the client ends itself at once. Otherwise it could be back in the pool, and be
 *   given to the next query, before the end of the socket is noticed.
 */
export function createGuardedClient(deadlineMs: number): typeof Client {
  const GuardedClient = class extends Client {}
  const query = Client.prototype.query as Query
  const guarded = function (this: Client, ...args: readonly unknown[]): unknown {
    const result = query.apply(this, [...args])
    if (result instanceof Promise) guard(this, result, deadlineMs)
    return result
  }
  GuardedClient.prototype.query = guarded as unknown as typeof Client.prototype.query
  return GuardedClient
}

function guard(client: Client, answer: Promise<unknown>, deadlineMs: number): void {
  const cut = (): void => cutConnection(client, new StatementDeadlineError(deadlineMs))
  const timer = deadlineMs === 0 ? undefined : setTimeout(cut, deadlineMs)
  answer.then(
    () => clearTimeout(timer),
    (error: unknown) => {
      clearTimeout(timer)
      if (isFatal(error)) client.end().catch(() => {})
    },
  )
}

/** Whether the server ended the session with this error. */
function isFatal(error: unknown): boolean {
  const severity = (error as { readonly severity?: unknown }).severity
  return severity === 'FATAL' || severity === 'PANIC'
}

/** Ends a client's connection at once, whatever it is doing. What waits on it fails with the error. */
export function cutConnection(client: Client, error?: Error): void {
  // `connection` is the part of pg that owns the socket; the types leave it out.
  const { connection } = client as unknown as { connection: { stream: { destroy(error?: Error): void } } }
  connection.stream.destroy(error)
}
