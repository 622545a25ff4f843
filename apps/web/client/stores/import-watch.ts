export interface ImportProgress {
  readonly bytesLeft: number
  /** From 0 to 1, of what there was to read when this page first saw it. */
  readonly done: number
  readonly bytesPerSecond: number | null
  readonly secondsLeft: number | null
}

/** Less than this is what agents write while they work. */
const HISTORY_BYTES = 1_000_000
/** What the rate is taken over, in milliseconds. */
const SPAN_MS = 20_000

/** Makes of the bytes that are still to be read how an import goes. */
export class ImportWatch {
  #most = 0
  #seen: { readonly at: number; readonly bytes: number }[] = []

  see(bytes: number, now: number): ImportProgress | null {
    if (bytes < HISTORY_BYTES) {
      this.#most = 0
      this.#seen = []
      return null
    }
    this.#most = Math.max(this.#most, bytes)
    this.#seen = [...this.#seen.filter(({ at }) => now - at <= SPAN_MS), { at: now, bytes }]
    const rate = this.#rate(bytes, now)
    return {
      bytesLeft: bytes,
      done: 1 - bytes / this.#most,
      bytesPerSecond: rate,
      secondsLeft: rate === null ? null : bytes / rate,
    }
  }

  #rate(bytes: number, now: number): number | null {
    const [first] = this.#seen
    if (first === undefined || first.at === now || first.bytes <= bytes) return null
    return ((first.bytes - bytes) / (now - first.at)) * 1000
  }
}
