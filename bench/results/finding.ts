/** One line of the table of results. */
export interface Finding {
  readonly measure: string
  readonly goal: string
  readonly value: string
  /** Null for what has no goal: limits and peers, to compare with. */
  readonly reached: boolean | null
  /** What it was compared with, how it was seen, how far runs lay apart. */
  readonly notes?: string
}
