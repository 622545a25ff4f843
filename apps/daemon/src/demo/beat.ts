/** One record of a transcript, and how long it takes until it is written. */
export interface Beat {
  /** Since the one before, in milliseconds at a natural pace. */
  readonly afterMs: number
  /** The transcript, below the folder of the demo's agents. */
  readonly path: string
  /** The record as the agent would write it, given when that is: ISO 8601. */
  record(timestamp: string): object
}

/** How long people and agents take for what they do: least and most, in milliseconds. */
export const PACE = {
  prompt: [4_000, 11_000],
  reply: [1_500, 5_000],
  tool: [400, 1_200],
  result: [600, 3_500],
  steering: [800, 2_000],
  bookkeeping: [20, 120],
} as const satisfies Readonly<Record<string, readonly [least: number, most: number]>>

export type Pace = keyof typeof PACE
