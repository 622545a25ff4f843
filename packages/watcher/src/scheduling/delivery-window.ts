/**
 * Bounds what was handed out and is not settled yet. When the window is full, reading waits: the file is the buffer.
 * One delivery always fits, however heavy it is.
 */
export class DeliveryWindow {
  readonly #capacity: number
  #weight = 0
  #count = 0
  #waiting: PromiseWithResolvers<void> | null = null

  /** @param capacity in bytes */
  constructor(capacity: number) {
    this.#capacity = capacity
  }

  get isEmpty(): boolean {
    return this.#count === 0
  }

  get isFull(): boolean {
    return this.#weight >= this.#capacity
  }

  add(weight: number): void {
    this.#weight += weight
    this.#count += 1
  }

  remove(weight: number): void {
    this.#weight -= weight
    this.#count -= 1
    this.#waiting?.resolve()
    this.#waiting = null
  }

  /** Resolves when something was settled. */
  changed(): Promise<void> {
    this.#waiting ??= Promise.withResolvers<void>()
    return this.#waiting.promise
  }
}
