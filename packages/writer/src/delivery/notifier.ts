import { type Database, EVENTS_CHANNEL } from '@turnlog/database'
import { type Kysely, sql } from 'kysely'
import { systemClock } from '../clock.ts'

/** Shortest time between two notifications. */
const PAUSE_MS = 25
/** Longest time that closing waits for a last notification. */
const MAX_CLOSE_MS = 250

/**
 * Wakes the readers of the log, immediately after a commit and then at most every 25 ms. It does so outside of the
 * batches, because a commit with a notification holds a lock of the whole server until it is on disk, so commits could
 * only follow one another. A notification that is lost costs only time: readers poll as well.
 */
export class Notifier {
  readonly #db: Kysely<Database>
  readonly #closing = new AbortController()
  #isDue = false
  #running: Promise<void> | null = null

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  notify(): void {
    this.#isDue = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
  }

  /** Sends the notification that is due. */
  async close(): Promise<void> {
    this.#closing.abort()
    const done = new AbortController()
    const sent = (this.#running ?? Promise.resolve()).then(() => done.abort())
    await Promise.race([sent, systemClock.sleep(MAX_CLOSE_MS, done.signal)])
  }

  async #run(): Promise<void> {
    while (this.#isDue) {
      this.#isDue = false
      await notifyReaders(this.#db).catch(() => {})
      await systemClock.sleep(PAUSE_MS, this.#closing.signal)
    }
  }
}

async function notifyReaders(db: Kysely<Database>): Promise<void> {
  await db.selectNoFrom(sql`pg_notify(${EVENTS_CHANNEL}, '')`.as('notified')).execute()
}
