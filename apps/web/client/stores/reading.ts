import { computed, signal } from '@preact/signals'
import { toMessage } from '../api/get-json.ts'

/** Reads from the server: whether one is under way, and what went wrong with the last. */
export class Reading {
  readonly #count = signal(0)
  readonly isLoading = computed(() => this.#count.value > 0)
  readonly problem = signal<string | null>(null)

  /** Never throws: what goes wrong is to be seen as the problem. */
  async run(work: () => Promise<void>): Promise<void> {
    this.#count.value += 1
    try {
      await work()
      this.problem.value = null
    } catch (error) {
      this.problem.value = toMessage(error)
    } finally {
      this.#count.value -= 1
    }
  }
}
