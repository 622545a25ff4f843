import type { WriterStatus } from '@turnlog/writer'
import { expect, test } from 'vitest'
import { WriterTotals } from '../../src/daemon/writer-totals.ts'

const status: WriterStatus = {
  last_write_timestamp: '2026-05-01T10:00:00.000Z',
  failed_write_count: 1,
  written_count: 10,
  duplicate_count: 2,
  rejected_count: 3,
  retry_count: 4,
  pending_count: 5,
  spooled_count: 6,
  dead_letter_count: 7,
  outage: null,
}

test('adds up what one watcher after the other has counted', () => {
  const totals = new WriterTotals()
  totals.update({ ...status, written_count: 8 })
  totals.update(status)
  totals.carryOver()
  totals.update(status)
  expect(totals.health).toMatchObject({
    failed_write_count: 2,
    written_count: 20,
    duplicate_count: 4,
    rejected_count: 6,
    retry_count: 8,
    dead_letter_count: 14,
  })
})

test('knows what waits from the last watcher alone', () => {
  const totals = new WriterTotals()
  totals.update(status)
  totals.carryOver()
  expect(totals.health).toMatchObject({ pending_count: 0, spooled_count: 6 })
  totals.update({ ...status, pending_count: 1, spooled_count: 0 })
  expect(totals.health).toMatchObject({ pending_count: 1, spooled_count: 0 })
})

test('remembers the last write until there is a later one', () => {
  const totals = new WriterTotals()
  totals.update(status)
  totals.carryOver()
  totals.update({ ...status, last_write_timestamp: null })
  expect(totals.health.last_write_timestamp).toBe('2026-05-01T10:00:00.000Z')
})
