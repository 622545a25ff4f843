import { expect, test } from 'vitest'
import { countTurns, fillMinutes, toUsualLatency } from '../../client/stores/fill-minutes.ts'

const SPOKEN = { live: 2, median_ms: 20, p95_ms: 30, slowest_ms: 40 }

test('minutes in which nobody spoke are there, and empty', () => {
  const minutes = fillMinutes({
    since: '2026-01-02T12:00:00.000Z',
    until: '2026-01-02T12:03:00.000Z',
    minutes: [{ at: '2026-01-02T12:01:00Z', turns: { codex: 2, claude_code: 1 }, ...SPOKEN }],
  })
  expect(minutes.map(countTurns)).toEqual([0, 3, 0])
  expect(minutes.map(({ at }) => new Date(at).toISOString().slice(14, 16))).toEqual(['00', '01', '02'])
  expect(minutes[1]).toMatchObject({ median: 20, p95: 30, slowest: 40, live: 2 })
  expect(minutes[2]).toMatchObject({ median: null, slowest: null })
})

test('a minute with many turns counts for more than one with few', () => {
  const minute = (live: number, median: number | null) => ({ at: 0, turns: {}, live, median, p95: null, slowest: null })
  expect(toUsualLatency([minute(1, 5_000), minute(100, 8), minute(1, 9_000), minute(0, null)])).toBe(8)
  expect(toUsualLatency([minute(0, null)])).toBeNull()
})
