import { signal } from '@preact/signals'
import type { HealthDocument } from '../api/answers.ts'
import { getJson } from '../api/get-json.ts'
import { type ImportProgress, ImportWatch } from './import-watch.ts'

const ASK_MS = 2_000

/** How turnlog is, asked every two seconds while somebody looks. */
export class HealthStore {
  readonly health = signal<HealthDocument | null>(null)
  /** Null unless history is being read. */
  readonly importing = signal<ImportProgress | null>(null)
  readonly #watch = new ImportWatch()

  start(): void {
    void this.#ask()
    setInterval(() => {
      if (document.visibilityState === 'visible') void this.#ask()
    }, ASK_MS)
    document.addEventListener('visibilitychange', () => void this.#ask())
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
