import { expect, test } from 'vitest'
import { shutdownBudget } from '../src/shutdown-budget.ts'

test('of 2 s, children flush for 1.6 s and are killed at 1.7 s, and one that stops alone has until 1.8 s and 2 s', () => {
  expect(shutdownBudget(2)).toMatchObject({
    requested: { flushMs: 1_600, killMs: 1_700 },
    unrequested: { flushMs: 1_800, killMs: 2_000 },
  })
})

test.each([0.1, 2, 30, 600])('of %d s, each part ends after the one before it, and all of it in time', (seconds) => {
  const { requested, unrequested, database, lastLinesMs } = shutdownBudget(seconds)
  const order = [requested.writerMs, requested.flushMs, requested.killMs, database.fastMs, database.killMs]
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(new Set(order).size).toBe(order.length)
  // What is left is for PostgreSQL's processes to be gone.
  expect(database.killMs + lastLinesMs).toBeLessThanOrEqual(seconds * 1000 * 0.975)
  expect(unrequested.writerMs).toBeLessThan(unrequested.flushMs)
  expect(unrequested.flushMs).toBeLessThan(unrequested.killMs)
  expect(unrequested.killMs).toBe(seconds * 1000)
})
