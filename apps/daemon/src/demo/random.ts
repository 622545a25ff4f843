/** Numbers that are the same for the same seed (mulberry32), so that a demo can be played again. */
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

  between([least, most]: readonly [number, number]): number {
    return least + this.next() * (most - least)
  }

  hex(length: number): string {
    return Array.from({ length }, () => Math.floor(this.next() * 16).toString(16)).join('')
  }

  /** A random UUID (version 4), or with a time one that can be sorted by it (version 7). */
  uuid(time?: number): string {
    const hex = time === undefined ? this.hex(12) : Math.floor(time).toString(16).padStart(12, '0')
    const version = time === undefined ? '4' : '7'
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${version}${this.hex(3)}-a${this.hex(3)}-${this.hex(12)}`
  }

  shuffle<Item>(items: readonly Item[]): readonly Item[] {
    return items
      .map((item) => ({ item, rank: this.next() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item)
  }
}
