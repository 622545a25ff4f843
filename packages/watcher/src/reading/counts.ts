/** Sums by name. The names come from files: in a plain object `constructor` would be found before it was counted. */
export class Counts {
  readonly #sums = new Map<string, number>()

  add(name: string, amount: number): void {
    this.#sums.set(name, (this.#sums.get(name) ?? 0) + amount)
  }

  /** As an object that JSON can say; it has no prototype, so that nothing is in it that was not counted. */
  toRecord(): Readonly<Record<string, number>> {
    const record = Object.create(null) as Record<string, number>
    for (const [name, sum] of this.#sums) record[name] = sum
    return record
  }
}
