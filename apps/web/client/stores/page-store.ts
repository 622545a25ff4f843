import { signal } from '@preact/signals'
import type { ApiEvent } from '../api/answers.ts'
import { type Connection, followLog } from '../stream/follow-log.ts'
import { ConversationStore } from './conversation-store.ts'
import { FeedStore } from './feed-store.ts'
import { HealthStore } from './health-store.ts'
import { RatesStore } from './rates-store.ts'
import { SessionsStore } from './sessions-store.ts'

const RETRY_MS = 1_000
/** Ages are shown anew this often, in milliseconds. */
const TICK_MS = 5_000
/** Whoever is behind by more than this goes to the present, and reads what was between when it is scrolled to. */
const MOST_BEHIND = 1_000

/** Everything that the page shows, fed from one stream. */
export class PageStore {
  readonly connection = signal<Connection>('connecting')
  readonly now = signal(Date.now())
  readonly feed = new FeedStore()
  readonly sessions = new SessionsStore()
  readonly health = new HealthStore()
  readonly rates = new RatesStore()
  readonly conversation = signal<ConversationStore | null>(null)
  #stop: () => void = () => {}
  #sinceBehind = 0

  start(): void {
    setInterval(() => {
      this.now.value = Date.now()
      this.rates.tick(this.now.value)
    }, TICK_MS)
    this.health.start()
    void this.sessions.load()
    void this.#follow()
  }

  openConversation(uuid: string): void {
    if (this.conversation.value?.uuid === uuid) return
    this.conversation.value = new ConversationStore(uuid)
    void this.conversation.value.open('end')
  }

  async #follow(): Promise<void> {
    this.#stop()
    this.#sinceBehind = 0
    const after = await this.feed.load()
    if (after === null) {
      this.connection.value = 'reconnecting'
      setTimeout(() => void this.#follow(), RETRY_MS)
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
    this.rates.add(event)
    this.conversation.value?.add(event)
    if (this.connection.value !== 'behind') return
    this.#sinceBehind += 1
    if (this.#sinceBehind > MOST_BEHIND) this.#jump()
  }

  // Keeps an import of history from being sent whole to every page that is open.
  #jump(): void {
    void this.#follow()
    this.connection.value = 'behind'
    void this.conversation.value?.refresh()
  }

  #setConnection(connection: Connection): void {
    const isBack = connection === 'live' && this.connection.value !== 'live'
    if (connection !== 'behind') this.#sinceBehind = 0
    if (connection === 'connecting' && this.connection.value === 'behind') return
    this.connection.value = connection
    if (!isBack) return
    void this.sessions.load()
    const { conversation } = this
    if (conversation.value?.problem.value && conversation.value.session.value === null)
      void conversation.value.open('end')
    else void conversation.value?.refresh()
  }

  #reset(): void {
    this.sessions.reset()
    this.conversation.value = null
    void this.#follow()
  }
}
