/** A stretch of the rows of a batch. */
export interface Range {
  readonly from: number
  readonly to: number
}

/**
 * What is remembered of the stretches of a batch at which its transaction was lost, from one try to the next: a
 * stretch that was fatal once is cut in two, a single row that was fatal too often is left out.
 */
export class Suspects {
  readonly #losses = new Map<string, number>()
  readonly #patience: number
  /** How much was learned so far: grows with each loss. */
  losses = 0

  /** @param patience how often a single row may be fatal before it is given up */
  constructor(patience: number) {
    this.#patience = patience
  }

  accuse(range: Range): void {
    this.losses += 1
    const key = toKey(range)
    this.#losses.set(key, (this.#losses.get(key) ?? 0) + 1)
  }

  verdict(range: Range): 'try' | 'split' | 'give_up' {
    const losses = this.#losses.get(toKey(range)) ?? 0
    if (range.to - range.from > 1) return losses > 0 ? 'split' : 'try'
    return losses >= this.#patience ? 'give_up' : 'try'
  }
}

/** The two halves of a stretch of more than one row. */
export function halve({ from, to }: Range): readonly [Range, Range] {
  const middle = from + Math.floor((to - from) / 2)
  return [
    { from, to: middle },
    { from: middle, to },
  ]
}

function toKey({ from, to }: Range): string {
  return `${from}-${to}`
}
