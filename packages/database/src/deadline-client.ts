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
 * A pg client that cuts its connection when a statement has no answer in time. pg's own `query_timeout` only stops
 * waiting: on a half-open connection the client would go back to the pool and swallow the next statement as well.
 */
export function createDeadlineClient(deadlineMs: number): typeof Client {
  if (deadlineMs === 0) return Client
  const DeadlineClient = class extends Client {}
  const query = Client.prototype.query as Query
  const withDeadline = function (this: Client, ...args: readonly unknown[]): unknown {
    const result = query.apply(this, [...args])
    if (result instanceof Promise) cutAfter(this, result, deadlineMs)
    return result
  }
  DeadlineClient.prototype.query = withDeadline as unknown as typeof Client.prototype.query
  return DeadlineClient
}

function cutAfter(client: Client, answer: Promise<unknown>, deadlineMs: number): void {
  const timer = setTimeout(() => cutConnection(client, new StatementDeadlineError(deadlineMs)), deadlineMs)
  const stop = (): void => clearTimeout(timer)
  answer.then(stop, stop)
}

/** Ends a client's connection at once, whatever it is doing. What waits on it fails with the error. */
export function cutConnection(client: Client, error?: Error): void {
  // `connection` is the part of pg that owns the socket; the types leave it out.
  const { connection } = client as unknown as { connection: { stream: { destroy(error?: Error): void } } }
  connection.stream.destroy(error)
}
