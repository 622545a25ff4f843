import { batch, signal } from '@preact/signals'
import type { ApiEvent, Session, TurnPage } from '../api/answers.ts'
import { getJson, toMessage } from '../api/get-json.ts'

const PAGE = '60'

type End = 'start' | 'end'

/** One session's conversation: a stretch of it, which grows at the end that is looked at. */
export class ConversationStore {
  readonly uuid: string
  readonly session = signal<Session | null>(null)
  readonly turns = signal<readonly ApiEvent[]>([])
  readonly isLoading = signal(false)
  readonly problem = signal<string | null>(null)
  /** Cursors of what comes before and after; null where there is nothing. */
  readonly earlier = signal<string | null>(null)
  readonly later = signal<string | null>(null)
  #arrived: ApiEvent[] = []

  constructor(uuid: string) {
    this.uuid = uuid
  }

  async open(at: End): Promise<void> {
    await this.#run(async () => {
      const [session, page] = await Promise.all([
        getJson<Session>(`/api/sessions/${encodeURIComponent(this.uuid)}`),
        this.#read({ at }),
      ])
      batch(() => {
        this.session.value = session
        this.turns.value = page.turns
        this.earlier.value = page.earlier
        this.later.value = at === 'start' && page.more ? page.later : null
      })
    })
  }

  async loadEarlier(): Promise<void> {
    const before = this.earlier.value
    if (before === null || this.isLoading.value) return
    await this.#run(async () => {
      const page = await this.#read({ before })
      const turns = [...page.turns, ...this.turns.value]
      batch(() => {
        this.earlier.value = page.earlier
        this.turns.value = turns
      })
    })
  }

  async loadLater(): Promise<void> {
    const after = this.later.value
    if (after === null || this.isLoading.value) return
    await this.#run(async () => {
      const page = await this.#read({ after })
      const turns = [...this.turns.value, ...page.turns]
      batch(() => {
        this.turns.value = turns
        this.later.value = page.more ? page.later : null
      })
    })
  }

  /** Looks at the end again, where turns may have come that the stream did not bring. */
  async refresh(): Promise<void> {
    if (this.later.value !== null || this.isLoading.value) return
    await this.#run(async () => {
      this.#arrived.push(...(await this.#read({ at: 'end' })).turns)
    })
  }

  add(event: ApiEvent): void {
    if (event.session_uuid !== this.uuid || event.event_type !== 'turn_detected') return
    this.#arrived.push(event)
    if (!this.isLoading.value) this.#take()
  }

  /** A turn belongs where it was said, which need not be where it was recorded. Those beyond the stretch come by paging. */
  #take(): void {
    const arrived = this.#arrived
    this.#arrived = []
    if (arrived.length === 0 || this.later.value !== null) return
    const known = new Map([...this.turns.value, ...arrived].map((turn) => [turn.id, turn]))
    const first = this.earlier.value === null ? null : (this.turns.value[0] ?? null)
    this.turns.value = [...known.values()].sort(byTime).filter((turn) => first === null || byTime(turn, first) >= 0)
  }

  #read(place: Readonly<Record<string, string>>): Promise<TurnPage> {
    return getJson(`/api/sessions/${encodeURIComponent(this.uuid)}/turns`, { limit: PAGE, ...place })
  }

  async #run(work: () => Promise<void>): Promise<void> {
    this.isLoading.value = true
    try {
      await work()
      this.problem.value = null
    } catch (error) {
      this.problem.value = toMessage(error)
    } finally {
      this.isLoading.value = false
    }
    this.#take()
  }
}

function byTime(a: ApiEvent, b: ApiEvent): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? -1 : 1
  return Number(BigInt(a.id) - BigInt(b.id))
}
