import { signal } from '@preact/signals'
import type { HealthDocument } from '../api/answers.ts'
import { getJson } from '../api/get-json.ts'
import { type ImportProgress, ImportWatch } from './import-watch.ts'

const ASK_MS = 2_000
/** While things change fast: history is imported, or the page was opened just now, perhaps together with turnlog. */
const ASK_OFTEN_MS = 400
const BEGINNING_MS = 15_000

/** How turnlog is, asked every two seconds while somebody looks, and more often while history is imported. */
export class HealthStore {
  readonly health = signal<HealthDocument | null>(null)
  /** Null unless history is being read. */
  readonly importing = signal<ImportProgress | null>(null)
  readonly #watch = new ImportWatch()

  start(): void {
    void this.#askOn()
    document.addEventListener('visibilitychange', () => void this.#ask())
  }

  async #askOn(): Promise<void> {
    if (document.visibilityState === 'visible') await this.#ask()
    const isBusy = this.importing.value !== null || performance.now() < BEGINNING_MS
    setTimeout(() => void this.#askOn(), isBusy ? ASK_OFTEN_MS : ASK_MS)
  }

  async #ask(): Promise<void> {
    try {
      const health = await getJson<HealthDocument>('/health')
      this.health.value = health
      this.importing.value = this.#watch.see(health.source.bytes_behind, Date.now())
    } catch {
      // The pill tells of a server that does not answer; what was known last is shown until it does.
    }
  }
}
