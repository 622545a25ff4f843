import { type LogPosition, readEventsAfter, type StoredEvent } from '@turnlog/database'
import { formatLogCursor } from '../api/cursor.ts'
import type { LogDatabase } from '../database/log-database.ts'

/** Events that one look at the log gives. */
export const TAIL_PAGE = 100
/** And how large they may be together, in bytes as stored; a single event may be larger. */
const PAGE_BYTES = 256 * 1024
/** Pages that are kept for those who come to the same place a little later. */
const KEPT_PAGES = 8

/**
 * Reads the log for many followers. Most of them are at the same place, and share one query; one that is behind reads
 * on from its own place, at its own pace, so that nothing has to be kept for it.
 */
export class EventTail {
  readonly #database: LogDatabase
  readonly #pages = new Map<string, Promise<readonly StoredEvent[]>>()

  constructor(database: LogDatabase) {
    this.#database = database
  }

  /** The next events after a position; none if there are none yet. */
  read(position: LogPosition): Promise<readonly StoredEvent[]> {
    const key = formatLogCursor(position)
    const known = this.#pages.get(key)
    if (known !== undefined) return known
    const page = this.#database.use((db) => readEventsAfter(db, position, TAIL_PAGE, PAGE_BYTES))
    this.#keep(key, page)
    return page
  }

  // What follows a position never changes once something does, so such a page may be kept; an empty or failed one not.
  #keep(key: string, page: Promise<readonly StoredEvent[]>): void {
    const forget = (): void => {
      if (this.#pages.get(key) === page) this.#pages.delete(key)
    }
    this.#pages.set(key, page)
    page.then((events) => {
      if (events.length === 0) forget()
    }, forget)
    if (this.#pages.size <= KEPT_PAGES) return
    const [oldest] = this.#pages.keys()
    if (oldest !== undefined) this.#pages.delete(oldest)
  }
}
