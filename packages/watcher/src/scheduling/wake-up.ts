/** Lets one loop sleep until there is something to do. A wake-up that comes while it is awake is not lost. */
export class WakeUp {
  #pending = false
  #sleeper: (() => void) | null = null

  wake(): void {
    this.#pending = true
    this.#sleeper?.()
    this.#sleeper = null
  }

  async sleep(): Promise<void> {
    if (!this.#pending) await new Promise<void>((done) => (this.#sleeper = done))
    this.#pending = false
  }
}
