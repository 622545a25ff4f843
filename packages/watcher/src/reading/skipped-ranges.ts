import type { SkippedRange } from '../segment.ts'

/** How many ranges a segment holds; what is skipped beyond them widens the last one. */
const MOST_RANGES = 100

/**
 * Collects skipped ranges in file order. Neighbours of the same reason become one range, so that a junk file leaves a
 * few rows and not one for each of its lines.
 */
export class SkippedRanges {
  readonly #ranges: SkippedRange[] = []

  get all(): readonly SkippedRange[] {
    return this.#ranges
  }

  add(range: SkippedRange): void {
    const last = this.#ranges.at(-1)
    if (last !== undefined && (isNeighbour(last, range) || this.#ranges.length === MOST_RANGES)) {
      this.#ranges[this.#ranges.length - 1] = join(last, range)
    } else this.#ranges.push(range)
  }
}

function isNeighbour(last: SkippedRange, next: SkippedRange): boolean {
  return last.reason === next.reason && last.offset + last.length === next.offset
}

function join(last: SkippedRange, next: SkippedRange): SkippedRange {
  const { offset } = last
  const places = (last.places ?? 1) + (next.places ?? 1)
  const isGapless = isNeighbour(last, next) && last.detail === undefined && next.detail === undefined
  const detail = isGapless ? {} : { detail: `${places} places, and what is between them was read` }
  return { offset, length: next.offset + next.length - offset, reason: last.reason, places, ...detail }
}
