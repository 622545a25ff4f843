import type { Clock } from '../clock.ts'
import type { RequestQueue } from './request-queue.ts'

/** Holds a history batch back for a moment, so that more rows can join it; at most once for each batch. */
export class Linger {
  readonly #queue: RequestQueue
  readonly #clock: Clock
  #waiting: AbortController | null = null
  #isOver = false

  constructor(queue: RequestQueue, clock: Clock) {
    this.#queue = queue
    this.#clock = clock
  }

  /** How long to wait, in milliseconds; 0 if the next batch is ready. */
  get timeLeft(): number {
    return this.#isOver ? 0 : this.#queue.lingerMs(this.#clock.now())
  }

  async wait(timeMs: number): Promise<void> {
    this.#waiting = new AbortController()
    await this.#clock.sleep(timeMs, this.#waiting.signal)
    this.#waiting = null
    // Not computed from the clock, which may have been set back during the wait.
    this.#isOver = true
  }

  /** Ends the wait if there is one. */
  end(): void {
    this.#waiting?.abort()
  }

  /** Allows the next batch to wait. */
  reset(): void {
    this.#isOver = false
  }
}
