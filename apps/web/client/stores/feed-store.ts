import { batch, signal } from '@preact/signals'
import type { ApiEvent, EventPage } from '../api/answers.ts'
import { getJson, toMessage } from '../api/get-json.ts'
import { isLater } from '../stream/is-later.ts'
import { type FeedFilter, matchesFeed, toQuery } from './feed-filter.ts'
import { type FeedItem, toFeedItem } from './feed-item.ts'

const PAGE = '100'
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
  /** Where the page of the feed ends and the stream goes on. */
  #from: string | null = null
  #older: string | null = null
  #arrived: FeedItem[] = []
  #timer: ReturnType<typeof setTimeout> | undefined
  #reading = new AbortController()

  /** Reads the newest page. Returns the place to follow the log from; null where it could not be read. */
  async load(): Promise<string | null> {
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
      batch(() => this.#show(page.events.map(toFeedItem), page))
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
    if (!this.isPaused.value) this.#prepend(this.held.value)
  }

  #read(place: { readonly before?: string }, signal: AbortSignal): Promise<EventPage> {
    return getJson(
      '/api/events',
      { type: 'turn_detected', limit: PAGE, ...toQuery(this.filter.value), ...place },
      signal,
    )
  }

  #show(items: readonly FeedItem[], page: EventPage): void {
    this.#older = page.older
    this.items.value = items
    this.held.value = place(this.held.value, page)
    this.isComplete.value = !page.more
    this.problem.value = null
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

/** Turns that were held back are on a page that was read later. */
function place(held: readonly FeedItem[], page: EventPage): readonly FeedItem[] {
  return held.filter(({ cursor }) => isLater(cursor, page.newer))
}
