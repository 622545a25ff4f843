import type { Statistics } from '../api/answers.ts'

const MINUTE_MS = 60_000

export interface Minute {
  /** Its beginning, in milliseconds since 1970. */
  readonly at: number
  /** How many turns, by agent. */
  readonly turns: Readonly<Record<string, number>>
  readonly live: number
  /** From said to recorded, in milliseconds; null where nobody spoke. */
  readonly median: number | null
  readonly p95: number | null
  readonly slowest: number | null
}

/** One entry for each minute, also for those in which nobody spoke. */
export function fillMinutes({ since, until, minutes }: Statistics): readonly Minute[] {
  const known = new Map(minutes.map((minute) => [Date.parse(minute.at), minute]))
  const [first, end] = [Date.parse(since), Date.parse(until)]
  return Array.from({ length: Math.max(0, Math.round((end - first) / MINUTE_MS)) }, (_, index) => {
    const at = first + index * MINUTE_MS
    const { turns = {}, live = 0, median_ms = null, p95_ms = null, slowest_ms = null } = known.get(at) ?? {}
    return { at, turns, live, median: median_ms, p95: p95_ms, slowest: slowest_ms }
  })
}

/** What half of the live turns of all minutes were recorded within, about: each minute counts by its turns. */
export function toUsualLatency(minutes: readonly Minute[]): number | null {
  const known = minutes.filter(({ median }) => median !== null).toSorted((a, b) => (a.median ?? 0) - (b.median ?? 0))
  let left = known.reduce((sum, { live }) => sum + live, 0) / 2
  for (const { live, median } of known) {
    left -= live
    if (left <= 0) return median
  }
  return null
}

export function countTurns({ turns }: Pick<Minute, 'turns'>): number {
  return Object.values(turns).reduce((sum, count) => sum + count, 0)
}
