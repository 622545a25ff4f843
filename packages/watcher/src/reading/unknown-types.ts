/** How many names are counted of one transcript; the rest count as {@link OTHER}. */
const MOST_NAMES = 50
const OTHER = 'other'

/**
 * Decides under which name an unknown record type is counted. The names are those of one transcript from its start on:
 * they stay few, whatever a damaged file holds.
 */
export class UnknownTypeNames {
  readonly #names: Set<string>

  /** @param names what {@link UnknownTypeNames.snapshot} gave */
  constructor(names: readonly string[]) {
    this.#names = new Set(names)
  }

  nameOf(type: string): string {
    if (this.#names.has(type)) return type
    if (this.#names.size >= MOST_NAMES) return OTHER
    this.#names.add(type)
    return type
  }

  snapshot(): readonly string[] {
    return [...this.#names]
  }
}
