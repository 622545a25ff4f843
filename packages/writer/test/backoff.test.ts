import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decideDelay } from '../src/delivery/backoff.ts'

test('each wait is twice the one before, plus up to a half', () => {
  expect([1, 2, 3, 4].map((attempt) => decideDelay(attempt, 100, 0))).toEqual([100, 200, 400, 800])
  expect([1, 2, 3, 4].map((attempt) => decideDelay(attempt, 100, 0.99))).toEqual([150, 299, 598, 1196])
})

test('whatever the dice say, a wait is longer than the one before it', () => {
  const dice = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 15 }), dice, dice, (attempt, first, second) => {
      expect(decideDelay(attempt + 1, 100, second)).toBeGreaterThan(decideDelay(attempt, 100, first))
    }),
  )
})

test('a wait has a longest', () => {
  expect(decideDelay(1_000, 100, 1, 500)).toBe(750)
})
