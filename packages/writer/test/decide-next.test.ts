import { expect, test } from 'vitest'
import { decideNext } from '../src/deliver-batch.ts'

const first = { isolating: false, exhausted: false }
const last = { isolating: false, exhausted: true }

test('a row’s own fault is isolated at once', () => {
  expect(decideNext('row', first)).toBe('isolate')
})

test('transient faults are retried while there are retries', () => {
  expect([decideNext('statement', first), decideNext('connection', first), decideNext('server', first)]).toEqual([
    'retry',
    'retry',
    'retry',
  ])
})

test('with retries exhausted, only a fault that a row can cause leads to isolation', () => {
  expect([decideNext('statement', last), decideNext('connection', last), decideNext('server', last)]).toEqual([
    'isolate_if_well',
    'isolate_if_well',
    'give_up',
  ])
})

test('a wrong configuration is an outage at once', () => {
  expect(decideNext('configuration', first)).toBe('give_up')
})
