import { computed, signal } from '@preact/signals'
import type { ApiEvent, EventPage } from '../api/answers.ts'
import { getJson, type Query } from '../api/get-json.ts'
import { MINUTE_MS, type Minute, summarize } from './summarize-minutes.ts'

export const SPAN_MINUTES = 60
const PAGES = 4
/** Written longer ago than this when it was recorded: history, which says nothing about how fast turns are recorded. */
const HISTORY_MS = 10 * 60_000

/** The turns of the last hour: how many, and how long each took from being said to being recorded. */
export class RatesStore {
  readonly #latencies = new Map<string, { readonly at: number; readonly latency: number | null }>()
  readonly #version = signal(0)
  readonly #now = signal(Date.now())
  readonly minutes = computed<readonly Minute[]>(() => {
    void this.#version.value
    return summarize([...this.#latencies.values()], this.#now.value, SPAN_MINUTES)
  })
  #isLoaded = false
  #timer: ReturnType<typeof setTimeout> | undefined

  /** Reads what was recorded before; the stream brings the rest. */
  async load(): Promise<void> {
    if (this.#isLoaded) return
    this.#isLoaded = true
    const since = new Date(Date.now() - SPAN_MINUTES * MINUTE_MS).toISOString()
    let before: string | null = null
    for (let page = 0; page < PAGES; page += 1) {
      const query: Query = { type: 'turn_detected', since, limit: '500', before }
      const found: EventPage | null = await getJson<EventPage>('/api/events', query).catch(() => null)
      if (found === null) return
      for (const event of found.events) this.add(event)
      before = found.older
      if (!found.more) return
    }
  }

  add({ id, event_type, timestamp, recorded_at }: ApiEvent): void {
    if (event_type !== 'turn_detected') return
    const at = Date.parse(timestamp)
    if (Date.now() - at > SPAN_MINUTES * MINUTE_MS) return
    const latency = Date.parse(recorded_at) - at
    this.#latencies.set(id, { at, latency: latency >= 0 && latency < HISTORY_MS ? latency : null })
    this.#timer ??= setTimeout(() => this.#tell(), 1_000)
  }

  tick(now: number): void {
    for (const [id, { at }] of this.#latencies)
      if (now - at > (SPAN_MINUTES + 1) * MINUTE_MS) this.#latencies.delete(id)
    this.#now.value = now
  }

  #tell(): void {
    this.#timer = undefined
    this.#now.value = Date.now()
    this.#version.value += 1
  }
}
