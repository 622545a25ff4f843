import { describe, expect, test } from 'vitest'
import { heardFrom, isHung, listen } from '../src/liveness.ts'

const policy = { intervalMs: 200, missed: 4 }

/** Silence that is checked at the given times. */
function silence(...checks: readonly number[]): boolean {
  return isHung(
    policy,
    checks.reduce((liveness, at) => listen(policy, liveness, at), heardFrom(0)),
  )
}

function every(ms: number, until: number): readonly number[] {
  return Array.from({ length: Math.floor(until / ms) }, (_, index) => (index + 1) * ms)
}

describe('liveness', () => {
  test('a silence of four heartbeats is no hang yet', () => {
    expect(silence(...every(100, 800))).toBe(false)
  })

  test('a silence of more than four heartbeats is a hang, and is found within a second', () => {
    expect(silence(...every(100, 900))).toBe(true)
  })

  test('a pause of our own is not held against the child', () => {
    expect(silence(...every(100, 800), 10_800)).toBe(false)
    expect(silence(10_000, 10_100, 10_200)).toBe(false)
  })

  test('after a pause of our own, a hang is found as always', () => {
    expect(silence(10_000, ...every(100, 900).map((at) => 10_000 + at))).toBe(true)
  })
})
