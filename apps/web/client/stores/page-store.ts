import { signal } from '@preact/signals'
import type { ApiEvent } from '../api/answers.ts'
import { type Connection, followLog } from '../stream/follow-log.ts'
import { ConversationStore } from './conversation-store.ts'
import { FeedStore } from './feed-store.ts'
import { HealthStore } from './health-store.ts'
import type { Route } from './route.ts'
import { SessionsStore } from './sessions-store.ts'
import { StatisticsStore } from './statistics-store.ts'

const RETRY_MS = 1_000
/** Ages are shown anew this often, in milliseconds. */
const TICK_MS = 5_000
/** Whoever is behind by more than this goes to the present, and reads what was between when it is scrolled to. */
const MOST_BEHIND = 1_000
/** And rests there for so long, in milliseconds: an import goes on, and would be read as fast as it is written. */
const REST_MS = 1_000

/** Everything that the page shows, fed from one stream. */
export class PageStore {
  readonly connection = signal<Connection>('connecting')
  readonly now = signal(Date.now())
  readonly feed = new FeedStore()
  readonly sessions = new SessionsStore()
  readonly health = new HealthStore()
  readonly statistics = new StatisticsStore()
  readonly conversation = signal<ConversationStore | null>(null)
  #stop: () => void = () => {}
  #sinceBehind = 0
  /** Resolves when the place is known from which the stream is read. */
  #following: Promise<void> = Promise.resolve()

  start(): void {
    setInterval(() => {
      this.now.value = Date.now()
    }, TICK_MS)
    this.health.start()
    void this.sessions.load()
    this.#follow()
  }

  openConversation({ session, turn }: Extract<Route, { screen: 'conversation' }>): void {
    const known = this.conversation.value
    const conversation = known?.uuid === session ? known : new ConversationStore(session)
    this.conversation.value = conversation
    if (conversation === known && turn === null) return
    // Whatever is recorded after it was read has to come by the stream.
    void this.#following.then(() => conversation.open(turn === null ? 'end' : { turn }))
  }

  #follow(read = () => this.feed.load()): void {
    this.#following = this.#followFrom(read)
  }

  async #followFrom(read: () => Promise<string | null>): Promise<void> {
    this.#stop()
    this.#sinceBehind = 0
    const after = await read()
    if (after === null) {
      this.connection.value = 'reconnecting'
      setTimeout(() => this.#follow(read), RETRY_MS)
      return
    }
    this.#stop = followLog({
      after,
      onEvent: (event) => this.#add(event),
      onConnection: (connection) => this.#setConnection(connection),
      onReset: () => this.#reset(),
    })
  }

  #add(event: ApiEvent): void {
    this.feed.add(event)
    this.sessions.add(event)
    this.conversation.value?.add(event)
    if (this.connection.value !== 'behind') return
    this.#sinceBehind += 1
    if (this.#sinceBehind > MOST_BEHIND) this.#skipAhead()
  }

  // Keeps an import of history from being sent whole to every page that is open.
  #skipAhead(): void {
    this.#stop()
    this.#sinceBehind = 0
    setTimeout(() => {
      this.#follow(() => this.feed.skipAhead())
      void this.#following.then(() => this.conversation.value?.skipAhead())
    }, REST_MS)
  }

  #setConnection(connection: Connection): void {
    const isBack = connection === 'live' && this.connection.value !== 'live'
    if (connection !== 'behind') this.#sinceBehind = 0
    if (connection === 'connecting' && this.connection.value === 'behind') return
    this.connection.value = connection
    if (!isBack) return
    void this.sessions.load()
    const { conversation } = this
    if (conversation.value?.session.value === null) void conversation.value.open('end')
  }

  #reset(): void {
    this.sessions.reset()
    this.#follow()
    void this.#following.then(() => this.conversation.value?.open('end'))
  }
}
