import { type Connection, EVENTS_CHANNEL } from '@turnlog/database'

/** A notification can come while an older transaction still holds its rows back: look again, ever more rarely. */
const FIRST_POLL_MS = 25
const LONGEST_POLL_MS = 1_000

/** Rings when something new may be in the log: at once when it is announced, and now and then in case it was not. */
export class LogBell implements AsyncDisposable {
  readonly #client: Awaited<ReturnType<Connection['openClient']>>
  #delay = FIRST_POLL_MS
  #ring: () => void = () => {}

  private constructor(client: Awaited<ReturnType<Connection['openClient']>>) {
    this.#client = client
    client.on('notification', () => {
      this.#delay = FIRST_POLL_MS
      this.#ring()
    })
    client.on('end', () => this.#ring())
  }

  static async listen(connection: Connection): Promise<LogBell> {
    const client = await connection.openClient()
    const bell = new LogBell(client)
    await client.query(`listen ${EVENTS_CHANNEL}`)
    return bell
  }

  /** Call it before looking at the log: what is announced from then on ends the wait. */
  next(signal: AbortSignal): () => Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#ring = resolve
    return async () => {
      const timer = setTimeout(resolve, this.#delay)
      this.#delay = Math.min(this.#delay * 2, LONGEST_POLL_MS)
      signal.addEventListener('abort', () => resolve(), { once: true })
      if (signal.aborted) resolve()
      await promise
      clearTimeout(timer)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client.end().catch(() => {})
  }
}
