import { asPrepared, type Database } from '@turnlog/database'
import { CompiledQuery, type Kysely } from 'kysely'
import { type IdRange, joinIdRanges } from './batch/committed.ts'
import { systemClock } from './clock.ts'

/** The channel that says that there are new events, with the first and the last id. */
const CHANNEL = 'turnlog_events'
/** There is no need to say it more often. */
const PAUSE_MS = 25
/** How long closing waits for what was not said yet. */
const LONGEST_CLOSE_MS = 250

const NOTIFY = asPrepared(`select pg_notify('${CHANNEL}', $1)`)

/**
 * Says that there are new events, at once after the commit and then at most every 25 ms. It does so beside the batches,
 * not in them: a commit with a notification holds a lock of the whole server until it is on disk, so that commits could
 * only follow one another. What is lost by a crash in between is what followers poll for.
 */
export class Announcer {
  readonly #db: Kysely<Database>
  readonly #closing = new AbortController()
  #waiting: IdRange | null = null
  #running: Promise<void> | null = null

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  announce(ids: IdRange | null): void {
    this.#waiting = joinIdRanges(this.#waiting, ids)
    if (this.#waiting === null) return
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
  }

  /** Says what was not said yet. */
  async close(): Promise<void> {
    this.#closing.abort()
    const done = new AbortController()
    const said = (this.#running ?? Promise.resolve()).then(() => done.abort())
    await Promise.race([said, systemClock.sleep(LONGEST_CLOSE_MS, done.signal)])
  }

  async #run(): Promise<void> {
    while (this.#waiting !== null) {
      const { first, last } = this.#waiting
      this.#waiting = null
      // Nothing depends on it: without a notification the same is found a little later.
      await this.#db.executeQuery(CompiledQuery.raw(NOTIFY, [`${first}-${last}`])).catch(() => {})
      await systemClock.sleep(PAUSE_MS, this.#closing.signal)
    }
  }
}
