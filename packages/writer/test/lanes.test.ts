import { expect, test } from 'vitest'
import { decideLane } from '../src/queue/lanes.ts'

const busy = (waiting = 0) => ({ isBusy: true, waiting })
const free = (waiting = 0) => ({ isBusy: false, waiting })

test('history joins the fullest free lane, so one batch is complete soon', () => {
  expect(decideLane([free(0), free(100)], false)).toBe(1)
  expect(decideLane([busy(500), free(100)], false)).toBe(1)
})

test('live segments go to the free lane in which least waits', () => {
  expect(decideLane([free(100), free(0)], true)).toBe(1)
  expect(decideLane([busy(0), free(100)], true)).toBe(1)
})

test('with all lanes busy, everything goes where least waits', () => {
  expect(decideLane([busy(100), busy(10)], false)).toBe(1)
  expect(decideLane([busy(10), busy(100)], true)).toBe(0)
})
