/** A stream of numbers that is the same for the same seed (mulberry32): every run makes the same history. */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** From 0 to just below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296
  }

  /** A whole number from 0 to just below `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit)
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  /** Sizes of what people and agents write: many small, few very large. Half of them are below `median`. */
  logNormal(median: number, sigma: number, most: number): number {
    const normal = Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
    return Math.min(most, Math.max(1, Math.round(median * Math.exp(sigma * normal))))
  }

  /** A version 4 UUID. */
  uuid(): string {
    const hex = this.hex(32)
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
  }

  hex(length: number): string {
    let text = ''
    while (text.length < length) text += (this.next() * 4_294_967_296).toString(16).padStart(8, '0').slice(0, 8)
    return text.slice(0, length)
  }
}
