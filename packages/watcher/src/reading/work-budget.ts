/** How long one slice of work on a file may take before others have their turn, in milliseconds. */
const SLICE_MS = 20
/** How many lines a slice may hold, however cheap they are: each leaves something in the segment. */
const SLICE_LINES = 10_000
/** How much the events of a slice may weigh. */
const SLICE_WEIGHT = 1024 * 1024

/**
 * Ends a slice of work on a file before it holds up other files, signals and heartbeats. It is asked after each line, so
 * that every slice gets at least one line further; what a slice yields does not depend on where it ends.
 */
export class WorkBudget {
  readonly #endsAt = performance.now() + SLICE_MS
  #lines = 0
  #isSpent = false

  get isSpent(): boolean {
    return this.#isSpent
  }

  /**
   * Takes note of a line.
   *
   * @param weight of the events so far
   * @returns whether there is room for another
   */
  takeLine(weight: number): boolean {
    this.#lines += 1
    this.#isSpent = this.#lines >= SLICE_LINES || weight >= SLICE_WEIGHT || performance.now() >= this.#endsAt
    return !this.#isSpent
  }
}
