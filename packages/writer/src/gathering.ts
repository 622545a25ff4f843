import type { Clock } from './clock.ts'
import type { UnitQueue } from './unit-queue.ts'

/** The wait of history for company, at most once for each batch. */
export class Gathering {
  readonly #queue: UnitQueue
  readonly #clock: Clock
  #waiting: AbortController | null = null
  #isOver = false

  constructor(queue: UnitQueue, clock: Clock) {
    this.#queue = queue
    this.#clock = clock
  }

  /** How long to wait for more, in milliseconds; 0 if the next batch is to be written now. */
  get timeLeft(): number {
    return this.#isOver ? 0 : this.#queue.timeToGather(this.#clock.now())
  }

  async wait(timeMs: number): Promise<void> {
    this.#waiting = new AbortController()
    await this.#clock.sleep(timeMs, this.#waiting.signal)
    this.#waiting = null
    // Whatever the clock says then: it may have been put back meanwhile.
    this.#isOver = true
  }

  /** Ends the wait if there is one. */
  end(): void {
    this.#waiting?.abort()
  }

  /** The next batch may wait again. */
  reset(): void {
    this.#isOver = false
  }
}
