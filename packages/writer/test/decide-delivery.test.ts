import { expect, test } from 'vitest'
import type { BatchStep } from '../src/batch/batch-step.ts'
import { decideDelivery } from '../src/delivery/decide-delivery.ts'

const first = false
const exhausted = true
const ALL: readonly BatchStep[] = [
  'begin',
  'lease',
  'cursors',
  'skipped_ranges',
  'events',
  'probe',
  'dead_letters',
  'commit',
]

test('a transient failure of any statement is retried while there are retries', () => {
  for (const step of ALL) expect(decideDelivery(step, 'transient', first)).toBe('retry')
})

test('a lost connection is retried, then an outage, and never accuses a row or a file', () => {
  for (const step of ALL) {
    expect(decideDelivery(step, 'connection', first)).toBe('retry')
    expect(decideDelivery(step, 'connection', exhausted)).toBe('outage')
  }
})

test('a fault of the server is an outage immediately, at every statement', () => {
  for (const step of ALL) expect(decideDelivery(step, 'server', first)).toBe('outage')
})

test('rows that cannot be inserted are isolated: at once for their content or a permanent fault, else after the retries', () => {
  expect(decideDelivery('events', 'content', first)).toBe('isolate_rows')
  expect(decideDelivery('events', 'permanent', first)).toBe('isolate_rows')
  expect(decideDelivery('events', 'transient', exhausted)).toBe('isolate_rows')
})

test('a commit that fails may be a deferred check of a row', () => {
  expect(decideDelivery('commit', 'content', first)).toBe('isolate_rows')
})

test('a cursor accuses its file only by its content', () => {
  for (const step of ['cursors', 'skipped_ranges'] as const) {
    expect(decideDelivery(step, 'content', first)).toBe('isolate_files')
    expect(decideDelivery(step, 'permanent', first)).toBe('outage')
    expect(decideDelivery(step, 'transient', exhausted)).toBe('outage')
  }
})

test('no other statement accuses a row or a file', () => {
  for (const step of ['begin', 'lease', 'probe', 'dead_letters'] as const) {
    for (const fault of ['content', 'permanent'] as const) expect(decideDelivery(step, fault, first)).toBe('outage')
    expect(decideDelivery(step, 'transient', exhausted)).toBe('outage')
  }
})
