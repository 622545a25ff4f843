import { batch, computed, signal } from '@preact/signals'
import type { ApiEvent, Session, TurnPage } from '../api/answers.ts'
import { getJson } from '../api/get-json.ts'
import { CUT, cutTurn } from './cut-turn.ts'
import { Reading } from './reading.ts'
import { append, EMPTY, merge, prepend, type TurnWindow, withUnknownEnd } from './turn-window.ts'

const PAGE = '60'

/** Where to look at a conversation: at one of its ends, or at the turn with an id. */
export type ConversationPlace = 'start' | 'end' | { readonly turn: string }

/** One session's conversation: a stretch of it, which moves with whoever reads. */
export class ConversationStore {
  readonly uuid: string
  readonly session = signal<Session | null>(null)
  readonly turns = computed(() => this.#window.value.turns)
  readonly earlier = computed(() => this.#window.value.earlier)
  readonly later = computed(() => this.#window.value.later)
  /** The turn that was asked for by its id. */
  readonly chosen = signal<string | null>(null)
  /** Told by the screen: whether new turns are to come into sight. */
  isAtEnd = true
  readonly #reading = new Reading()
  readonly isLoading = this.#reading.isLoading
  readonly problem = this.#reading.problem
  readonly #window = signal<TurnWindow>(EMPTY)
  #arrived: ApiEvent[] = []

  constructor(uuid: string) {
    this.uuid = uuid
  }

  async open(place: ConversationPlace): Promise<void> {
    const query: Readonly<Record<string, string>> = typeof place === 'string' ? { at: place } : { around: place.turn }
    await this.#run(async () => {
      const [session, { turns, earlier, later, more }] = await Promise.all([
        getJson<Session>(`/api/sessions/${encodeURIComponent(this.uuid)}`),
        this.#read(query),
      ])
      this.isAtEnd = place === 'end'
      batch(() => {
        this.session.value = session
        this.chosen.value = typeof place === 'string' ? null : place.turn
        this.#window.value = { turns, earlier, later: place !== 'end' && more ? later : null }
      })
    })
  }

  async loadEarlier(): Promise<void> {
    const before = this.earlier.value
    if (before === null || this.isLoading.value) return
    await this.#run(async () => {
      const page = await this.#read({ before })
      this.#window.value = prepend(this.#window.value, page)
    })
  }

  async loadLater(): Promise<void> {
    const after = this.later.value
    if (after === null || this.isLoading.value) return
    await this.#run(async () => {
      const page = await this.#read({ after })
      this.#window.value = append(this.#window.value, page)
    })
  }

  /** Turns were recorded that the stream did not bring. */
  async skipAhead(): Promise<void> {
    if (this.isAtEnd && this.later.value === null) await this.open('end')
    else this.#window.value = withUnknownEnd(this.#window.value)
  }

  add(event: ApiEvent): void {
    if (event.session_uuid !== this.uuid || event.event_type !== 'turn_detected') return
    this.#arrived.push(cutTurn(event))
    if (!this.isLoading.value) this.#take()
  }

  #take(): void {
    const arrived = this.#arrived
    this.#arrived = []
    if (arrived.length > 0) this.#window.value = merge(this.#window.value, arrived, this.isAtEnd)
  }

  #read(place: Readonly<Record<string, string>>): Promise<TurnPage> {
    const query = { limit: PAGE, cut: String(CUT), ...place }
    return getJson(`/api/sessions/${encodeURIComponent(this.uuid)}/turns`, query)
  }

  async #run(work: () => Promise<void>): Promise<void> {
    await this.#reading.run(work)
    this.#take()
  }
}
