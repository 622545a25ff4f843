import { setTimeout as sleep } from 'node:timers/promises'
import type { EmbeddedPostgres } from '@turnlog/database'
import type { DatabaseFacts } from '@turnlog/health'
import type { Log } from '../logging/log.ts'

export interface DatabaseKeeperOptions {
  /** Starts the server or takes over a running one; ends early on the signal. */
  readonly start: (signal: AbortSignal) => Promise<EmbeddedPostgres>
  readonly log: Log
  /** Called whenever the server takes connections (again): its address, mostly the same as before. */
  readonly onUp: (url: string) => void
}

const FIRST_DELAY_MS = 250
const LONGEST_DELAY_MS = 10_000
/** A server that ends sooner than this did not really start. */
const STEADY_MS = 10_000

/*
 *              ┌───────── gone ─────────┐
 *              ▼                        │
 *   begin ─► starting ────ready────► running
 *              ▲ │ failed, or ran only shortly
 *         due  │ ▼
 *            waiting            stop: from each of them, to the end
 */
/** Keeps the embedded server alive: whatever ends it or keeps it from starting, it is tried again. */
export class DatabaseKeeper {
  readonly #options: DatabaseKeeperOptions
  readonly #stopping = new AbortController()
  readonly #done: Promise<void>
  #server: EmbeddedPostgres | null = null
  #version: string | null = null
  #failures = 0
  /** Why there is no server, once one attempt has failed. */
  #problem: string | null = null

  constructor(options: DatabaseKeeperOptions) {
    this.#options = options
    this.#done = this.#run()
  }

  /** The server's address; null while there is none. */
  get url(): string | null {
    return this.#server?.url ?? null
  }

  facts(): DatabaseFacts {
    const reachable = this.#server !== null
    return { reachable, embedded: true, version: this.#version, problems: reachable ? [] : [this.#describe()] }
  }

  /** Stops the server gracefully, and immediately after `patienceMs`; no committed data is lost either way. */
  async stop(patienceMs: number): Promise<void> {
    this.#stopping.abort()
    const server = this.#server
    let immediate: Promise<void> | undefined
    const timer = setTimeout(() => {
      immediate = server?.stop('immediate')
    }, patienceMs)
    await server?.stop()
    await this.#done
    clearTimeout(timer)
    // It also ends the processes that a killed server leaves behind.
    await immediate
  }

  #describe() {
    const key = 'database:embedded'
    if (this.#problem === null) return { key, sentence: 'The database is starting.', passing: true }
    return { key, sentence: `The database is not running: ${this.#problem}` }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      await this.#startOnce(signal)
      // The first time at once: mostly it was an accident, and everybody waits.
      if (signal.aborted || this.#failures < 2) continue
      const delay = Math.min(FIRST_DELAY_MS * 2 ** (this.#failures - 2), LONGEST_DELAY_MS)
      await sleep(delay, undefined, { signal }).catch(() => {})
    }
  }

  /** One life of the server, from its start to its end. */
  async #startOnce(signal: AbortSignal): Promise<void> {
    try {
      const server = await this.#options.start(signal)
      const since = performance.now()
      this.#up(server)
      const exit = await server.exited
      this.#server = null
      if (!signal.aborted) this.#gone(exit, performance.now() - since)
    } catch (error) {
      if (!signal.aborted) this.#failed(error as Error)
    }
  }

  #up(server: EmbeddedPostgres): void {
    this.#server = server
    this.#version = server.version
    this.#problem = null
    // Told to stop in the very moment it came up: then nobody else does it.
    if (this.#stopping.signal.aborted) void server.stop()
    else this.#options.onUp(server.url)
  }

  #gone(exit: { readonly code: number | null; readonly signal: string | null }, uptimeMs: number): void {
    const how = exit.signal ?? (exit.code === null ? 'it is gone' : `exit code ${exit.code}`)
    this.#failures = uptimeMs < STEADY_MS ? this.#failures + 1 : 0
    this.#problem = `it ended unexpectedly (${how})`
    this.#options.log.error({ exit, uptimeMs }, `the database ended unexpectedly (${how}) and is started again`)
  }

  #failed(error: Error): void {
    this.#failures += 1
    // A cause that stays is not worth a line every ten seconds.
    const level = this.#problem === error.message ? 'debug' : 'error'
    this.#problem = error.message
    this.#options.log[level]({ err: error }, `the database could not be started, trying again: ${error.message}`)
  }
}
