import { describe, expect, test } from 'vitest'
import { heardFrom, isHung, listen } from '../src/liveness.ts'

const policy = { intervalMs: 5_000, timeoutMs: 30_000 }

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
  test('a silence as long as the timeout is no hang yet', () => {
    expect(silence(...every(2_500, 30_000))).toBe(false)
  })

  test('a longer silence is a hang, found at the next check', () => {
    expect(silence(...every(2_500, 32_500))).toBe(true)
  })

  test('a pause of the supervisor is not held against the child', () => {
    expect(silence(...every(2_500, 30_000), 50_000)).toBe(false)
    expect(silence(60_000, 62_500, 65_000)).toBe(false)
  })

  test('a supervisor whose every check is late never finds a hang', () => {
    expect(silence(...every(8_000, 300_000))).toBe(false)
  })

  test('after a pause of the supervisor, a hang is found as usual', () => {
    expect(silence(60_000, ...every(2_500, 32_500).map((at) => 60_000 + at))).toBe(true)
  })
})
