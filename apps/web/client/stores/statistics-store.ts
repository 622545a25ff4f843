import { computed, signal } from '@preact/signals'
import type { Statistics } from '../api/answers.ts'
import { getJson } from '../api/get-json.ts'
import { fillMinutes, type Minute } from './fill-minutes.ts'
import { Reading } from './reading.ts'

/** How often the server is asked while somebody looks, in milliseconds. */
const ASK_MS = 5_000
const SPAN = '60'

/** The turns of the last hour: how many, of whom, and how soon each was recorded. */
export class StatisticsStore {
  readonly #reading = new Reading()
  readonly problem = this.#reading.problem
  readonly #statistics = signal<Statistics | null>(null)
  readonly minutes = computed<readonly Minute[]>(() => {
    const statistics = this.#statistics.value
    return statistics === null ? [] : fillMinutes(statistics)
  })

  /** Asks until the function that it returns is called. */
  watch(): () => void {
    void this.#ask()
    const timer = setInterval(() => document.visibilityState === 'visible' && void this.#ask(), ASK_MS)
    return () => clearInterval(timer)
  }

  async #ask(): Promise<void> {
    if (this.#reading.isLoading.value) return
    await this.#reading.run(async () => {
      this.#statistics.value = await getJson<Statistics>('/api/statistics', { minutes: SPAN })
    })
  }
}
