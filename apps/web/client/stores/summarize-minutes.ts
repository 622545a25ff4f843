export const MINUTE_MS = 60_000

export interface Minute {
  /** Its beginning, in milliseconds since 1970. */
  readonly at: number
  readonly turns: number
  /** Half of the turns were recorded within this many milliseconds; null where there were none. */
  readonly median: number | null
  readonly slowest: number | null
}

export interface Sample {
  readonly at: number
  readonly latency: number | null
}

/** One entry for each of the last minutes, the current one last. */
export function summarize(samples: readonly Sample[], now: number, count: number): readonly Minute[] {
  const current = Math.floor(now / MINUTE_MS)
  const groups = Map.groupBy(samples, ({ at }) => Math.floor(at / MINUTE_MS))
  return Array.from({ length: count }, (_, index) => {
    const minute = current - count + 1 + index
    return toMinute(minute * MINUTE_MS, groups.get(minute) ?? [])
  })
}

function toMinute(at: number, samples: readonly Sample[]): Minute {
  const latencies = samples.map(({ latency }) => latency).filter((latency) => latency !== null)
  latencies.sort((a, b) => a - b)
  return {
    at,
    turns: samples.length,
    median: latencies[Math.floor(latencies.length / 2)] ?? null,
    slowest: latencies.at(-1) ?? null,
  }
}
