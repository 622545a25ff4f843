import { type Connection, connect, findEmbeddedPostgres } from '@turnlog/database'
import { DatabaseUnavailableError, toUnavailable } from './database-unavailable-error.ts'

export interface LogDatabaseOptions {
  /** `embedded`, or a URL. */
  readonly url: string
  /** Where an embedded server is looked for. */
  readonly stateDir: string
  readonly poolSize: number
}

/** What the web server knows of the database by itself. */
export interface DatabaseState {
  readonly reachable: boolean
  readonly embedded: boolean
  readonly version: string | null
}

/**
 * The database as the web server sees it: it may not be there yet, go away, and come back, an embedded one also with
 * another address. Nothing waits for it for long.
 */
export class LogDatabase implements AsyncDisposable {
  readonly #options: LogDatabaseOptions
  #current: { readonly url: string; readonly connection: Connection } | null = null
  #finding: Promise<Connection> | null = null
  #isSuspect = false
  #isClosed = false

  constructor(options: LogDatabaseOptions) {
    this.#options = options
  }

  /**
   * Runs queries.
   *
   * @throws DatabaseUnavailableError if the database cannot be asked, and the queries' own errors
   */
  async use<Result>(work: (db: Connection['db']) => Promise<Result>): Promise<Result> {
    const { db } = await this.#connect()
    try {
      return await work(db)
    } catch (error) {
      const told = toUnavailable(error)
      if (told !== error) this.#isSuspect = true
      throw told
    }
  }

  /** A connection of its own, for `LISTEN`. */
  async openClient(): ReturnType<Connection['openClient']> {
    const connection = await this.#connect()
    try {
      return await connection.openClient()
    } catch (error) {
      this.#isSuspect = true
      throw toUnavailable(error)
    }
  }

  async check(): Promise<DatabaseState> {
    const embedded = this.#options.url === 'embedded'
    try {
      const connection = await this.#connect()
      const { rows } = await connection.pool.query<{ version: string }>(
        `select current_setting('server_version') as version`,
      )
      return { reachable: true, embedded, version: rows[0]?.version.split(' ')[0] ?? null }
    } catch {
      this.#isSuspect = true
      return { reachable: false, embedded, version: null }
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#finding?.catch(() => {})
    await this.#current?.connection.close(200)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #connect(): Promise<Connection> {
    if (this.#current !== null && !this.#isSuspect) return Promise.resolve(this.#current.connection)
    this.#finding ??= this.#find().finally(() => {
      this.#finding = null
    })
    return this.#finding
  }

  // A pool mends itself as long as the address stays; only an embedded server's can change.
  async #find(): Promise<Connection> {
    if (this.#isClosed) throw new DatabaseUnavailableError('The web server is stopping.')
    const url = await this.#findUrl()
    this.#isSuspect = false
    if (this.#current?.url === url) return this.#current.connection
    void this.#current?.connection.close(0).catch(() => {})
    const connection = connect(url, {
      poolSize: this.#options.poolSize,
      applicationName: 'turnlog web',
      connectTimeoutMs: 2_000,
      statementDeadlineMs: 10_000,
    })
    this.#current = { url, connection }
    return connection
  }

  async #findUrl(): Promise<string> {
    if (this.#options.url !== 'embedded') return this.#options.url
    const found = await findEmbeddedPostgres(this.#options.stateDir).catch((cause: unknown) => {
      throw new DatabaseUnavailableError('The embedded database cannot be looked for.', { cause })
    })
    if (found.state === 'running') return found.url
    throw new DatabaseUnavailableError('The embedded database does not run; `turnlog start` starts it.')
  }
}
