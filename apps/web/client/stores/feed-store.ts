import { batch, signal } from '@preact/signals'
import type { ApiEvent, EventPage } from '../api/answers.ts'
import { getJson, toMessage } from '../api/get-json.ts'
import { isLater } from '../stream/is-later.ts'
import { type FeedFilter, matchesFeed, toQuery } from './feed-filter.ts'
import { type FeedItem, PREVIEW, toFeedItem } from './feed-item.ts'

const PAGE = '100'
/** What a row shows; it is searched on the server as a whole. */
const CUT = String(PREVIEW)
/** Rows that are kept; older ones are read again when somebody scrolls to them. */
const MOST_ITEMS = 5_000
/** New turns are shown together at most this often, in milliseconds: a page that follows an import has other work too. */
const FLUSH_MS = 50

/** The feed of turns, newest first: what was recorded up to some place, read page by page, and what follows it. */
export class FeedStore {
  readonly items = signal<readonly FeedItem[]>([])
  readonly held = signal<readonly FeedItem[]>([])
  readonly isPaused = signal(false)
  readonly isLoading = signal(false)
  readonly isComplete = signal(false)
  readonly problem = signal<string | null>(null)
  readonly filter = signal<FeedFilter>({})
  /** Told by the screen: somebody looks at older rows, which are not to be taken away. */
  isScrolled = false
  /** Where the page of the feed ends and the stream goes on. */
  #from: string | null = null
  #older: string | null = null
  #arrived: FeedItem[] = []
  /** The page that takes the place of what is shown when the pause ends; turns between the two were not held back. */
  #newest: EventPage | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #reading = new AbortController()

  /** Reads the newest page. Returns the place to follow the log from; null where it could not be read. */
  load(): Promise<string | null> {
    return this.#load((page) => {
      this.#newest = null
      this.held.value = []
      this.#show(page.events.map(toFeedItem), page)
    })
  }

  /** Goes to the present, past what was recorded meanwhile. What somebody looks at stays until they go on. */
  skipAhead(): Promise<string | null> {
    // Decided when the page is there: somebody may pause, scroll or go on while it is being read.
    return this.#load((page) => {
      if (this.isScrolled) this.isPaused.value = true
      const items = page.events.map(toFeedItem)
      this.#newest = this.isPaused.value ? page : null
      this.held.value = this.isPaused.value ? items : []
      if (!this.isPaused.value) this.#show(items, page)
    })
  }

  async #load(show: (page: EventPage) => void): Promise<string | null> {
    this.#reading.abort()
    this.#reading = new AbortController()
    const { signal } = this.#reading
    this.#from = null
    this.#arrived = []
    this.isLoading.value = true
    try {
      const page = await this.#read({}, signal)
      this.#from = page.newer
      this.#arrived = this.#arrived.filter(({ cursor }) => isLater(cursor, page.newer))
      batch(() => show(page))
      this.problem.value = null
      return page.newer
    } catch (error) {
      if (!signal.aborted) this.problem.value = toMessage(error)
      return null
    } finally {
      if (!signal.aborted) this.isLoading.value = false
    }
  }

  /** Reads on at the old end, unless that is under way or there is nothing more. */
  async loadOlder(): Promise<void> {
    const { signal } = this.#reading
    if (this.isLoading.value || this.isComplete.value || this.#older === null) return
    this.isLoading.value = true
    try {
      const page = await this.#read({ before: this.#older }, signal)
      if (signal.aborted) return
      batch(() => this.#show([...this.items.value, ...page.events.map(toFeedItem)], page))
      this.problem.value = null
    } catch (error) {
      if (!signal.aborted) this.problem.value = toMessage(error)
    } finally {
      if (!signal.aborted) this.isLoading.value = false
    }
  }

  add(event: ApiEvent): void {
    if (event.event_type !== 'turn_detected' || !matchesFeed(event, this.filter.value)) return
    if (this.#from !== null && !isLater(event.cursor, this.#from)) return
    this.#arrived.push(toFeedItem(event))
    this.#timer ??= setTimeout(() => this.#flush(), FLUSH_MS)
  }

  choose(filter: FeedFilter): void {
    this.filter.value = filter
    void this.load()
  }

  togglePause(): void {
    this.isPaused.value = !this.isPaused.value
    if (this.isPaused.value) return
    const { held } = this
    const page = this.#newest
    this.#newest = null
    if (page === null) this.#prepend(held.value)
    else {
      batch(() => {
        this.#show(held.value, page)
        held.value = []
      })
    }
  }

  #read(place: { readonly before?: string }, signal: AbortSignal): Promise<EventPage> {
    return getJson(
      '/api/events',
      { type: 'turn_detected', limit: PAGE, cut: CUT, ...toQuery(this.filter.value), ...place },
      signal,
    )
  }

  #show(items: readonly FeedItem[], page: EventPage): void {
    this.#older = page.older
    this.items.value = items
    this.isComplete.value = !page.more
  }

  #flush(): void {
    this.#timer = undefined
    // What arrives while the newest page is being read may be on it.
    if (this.#from === null) return
    const newest = this.#arrived.toReversed()
    this.#arrived = []
    if (this.isPaused.value) this.held.value = [...newest, ...this.held.value].slice(0, MOST_ITEMS)
    else this.#prepend(newest)
  }

  #prepend(newest: readonly FeedItem[]): void {
    const items = [...newest, ...this.items.value]
    batch(() => {
      this.held.value = []
      this.items.value = items.slice(0, MOST_ITEMS)
      if (items.length <= MOST_ITEMS) return
      this.#older = this.items.value.at(-1)?.cursor ?? null
      this.isComplete.value = false
    })
  }
}
