import { setTimeout as sleep } from 'node:timers/promises'
import { EVENTS_CHANNEL } from '@turnlog/database'
import type { LogDatabase } from '../database/log-database.ts'
import type { WebLog } from '../web-log.ts'

/** A notification can come while an older transaction still holds its rows back: look again, ever more rarely. */
const FIRST_POLL_MS = 25
const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 5_000
/** A connection that held this long was a good one. */
const STEADY_MS = 10_000
/** So long after a loss nothing is said of it: a database that starts or restarts is back by then. */
const PATIENCE_MS = 3_000
/** A half-open connection is found by asking it something. */
const PING_MS = 30_000

export interface LogWakerOptions {
  readonly database: LogDatabase
  readonly log: WebLog
  readonly signal: AbortSignal
  /**
   * How long at most until followers look at the log without having been notified, in milliseconds.
   *
   * @default 2000
   */
  readonly pollMs?: number
}

/**
 * Wakes those who wait for something new in the log: one connection listens for all of them, and while anybody waits,
 * a slow poll finds what a notification that was lost had announced.
 */
export class LogWaker {
  readonly #options: Required<LogWakerOptions>
  readonly #waiters = new Set<() => void>()
  #isToldLost = false
  #version = 0
  #pollDelay: number
  #poll: NodeJS.Timeout | undefined

  constructor(options: LogWakerOptions) {
    this.#options = { pollMs: 2_000, ...options }
    this.#pollDelay = this.#options.pollMs
    options.signal.addEventListener('abort', () => clearTimeout(this.#poll), { once: true })
    void this.#listen()
  }

  /** Remember it before looking at the log: what comes after that is not missed by {@link wait}. */
  get version(): number {
    return this.#version
  }

  /** Resolves when there may be something new since `version`, when the time is over, or when the signal says so. */
  wait(version: number, signal: AbortSignal, timeoutMs: number): Promise<void> {
    if (version !== this.#version || signal.aborted || timeoutMs <= 0) return Promise.resolve()
    const { promise, resolve } = Promise.withResolvers<void>()
    const done = (): void => {
      clearTimeout(timer)
      this.#waiters.delete(done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, timeoutMs)
    this.#waiters.add(done)
    signal.addEventListener('abort', done, { once: true })
    this.#schedulePoll()
    return promise
  }

  #wake(): void {
    this.#version += 1
    for (const done of [...this.#waiters]) done()
  }

  #schedulePoll(): void {
    if (this.#poll !== undefined || this.#options.signal.aborted) return
    this.#poll = setTimeout(() => {
      this.#poll = undefined
      if (this.#waiters.size === 0) return
      this.#pollDelay = Math.min(this.#pollDelay * 2, this.#options.pollMs)
      this.#wake()
    }, this.#pollDelay)
  }

  #onNotification(): void {
    clearTimeout(this.#poll)
    this.#poll = undefined
    this.#pollDelay = Math.min(FIRST_POLL_MS, this.#options.pollMs)
    this.#wake()
  }

  async #listen(): Promise<void> {
    const { signal } = this.#options
    let lostAt = performance.now()
    for (let delay = FIRST_RETRY_MS; !signal.aborted; ) {
      const begin = performance.now()
      try {
        await this.#listenOnce(() => this.#tellFound())
        lostAt = performance.now()
      } catch (error) {
        if (performance.now() - lostAt > PATIENCE_MS) this.#tellLost(error)
      }
      delay = performance.now() - begin > STEADY_MS ? FIRST_RETRY_MS : Math.min(delay * 2, LONGEST_RETRY_MS)
      await sleep(delay * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => {})
    }
  }

  #tellLost(error: unknown): void {
    if (this.#isToldLost || this.#options.signal.aborted) return
    this.#isToldLost = true
    const reason = error instanceof Error ? error.message : String(error)
    this.#options.log.warn({ reason }, `new events are not announced, so the log is polled: ${reason}`)
  }

  #tellFound(): void {
    if (this.#isToldLost) this.#options.log.info({}, 'new events are announced again')
    this.#isToldLost = false
  }

  /** Listens until the connection is gone. */
  async #listenOnce(onListening: () => void): Promise<void> {
    const client = await this.#options.database.openClient()
    const gone = new AbortController()
    const stop = (): void => gone.abort()
    client.on('end', stop)
    client.on('notification', () => this.#onNotification())
    this.#options.signal.addEventListener('abort', stop, { once: true })
    try {
      await client.query(`listen ${EVENTS_CHANNEL}`)
      onListening()
      // Whatever was committed before we listened was not announced to us.
      this.#onNotification()
      while (!gone.signal.aborted) {
        await sleep(PING_MS, undefined, { signal: gone.signal }).catch(() => {})
        if (!gone.signal.aborted) await client.query('select 1')
      }
    } finally {
      this.#options.signal.removeEventListener('abort', stop)
      void client.end().catch(() => {})
    }
  }
}
