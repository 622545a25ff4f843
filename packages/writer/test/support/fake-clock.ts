import { setImmediate } from 'node:timers/promises'
import type { Clock } from '../../src/index.ts'

export interface FakeClock extends Clock {
  /** Every wait that was asked for, in milliseconds. */
  readonly waits: readonly number[]
}

/** A clock on which every wait is over at once, and is written down. */
export function fakeClock(random = 0.5): FakeClock {
  const waits: number[] = []
  let now = Date.parse('2026-01-02T03:04:05Z')
  return {
    waits,
    now: () => now,
    random: () => random,
    sleep: async (ms, signal) => {
      // The time that closing may take is no wait for the database.
      if (signal?.aborted) return
      waits.push(ms)
      now += ms
      await setImmediate()
    },
  }
}
