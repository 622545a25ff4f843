import { describe, expect, test } from 'vitest'
import {
  decideAfterCommit,
  decideAfterDeath,
  decideAfterMove,
  decideAfterRequest,
  FIRST_WAIT_MS,
  isHeld,
  noteDeath,
  quarantine,
} from '../../src/quarantine/decide-quarantine.ts'
import { NO_QUARANTINE, type QuarantineRecord } from '../../src/quarantine/quarantine-record.ts'
import type { Mark } from '../../src/reading/read-mark.ts'

const file = { device: '1', inode: '2', birthTimeNs: '3' }
const mark: Mark = { file, path: '/a.jsonl', generation: 0, from: 100, to: 200, shared: false }
const cursor = { generation: 0, offset: 100 }
const NOW = Date.UTC(2026, 0, 1)
const DAY_MS = 24 * 60 * 60_000

const dieTwice = () => decideAfterDeath(decideAfterDeath(NO_QUARANTINE, mark, cursor, NOW), mark, cursor, NOW)

describe('a file', () => {
  test('that killed one process is remembered and read on', () => {
    const record = decideAfterDeath(NO_QUARANTINE, mark, cursor, NOW)
    expect(record.deaths).toMatchObject([{ path: '/a.jsonl', from: 100, cursor }])
    expect(isHeld(record, file, NOW)).toBe(false)
  })

  test('that killed two at the same bytes, with nothing committed in between, is quarantined with its place', () => {
    const record = dieTwice()
    expect(record.entries).toMatchObject([{ path: '/a.jsonl', from: 100, to: 200, retryAt: NOW + FIRST_WAIT_MS }])
    expect(record.entries[0]?.reason).toBe('the watcher process died twice while it read bytes 100 to 200')
    expect(record.deaths).toEqual([])
    expect(isHeld(record, file, NOW)).toBe(true)
    expect(isHeld(record, { ...file, inode: '4' }, NOW)).toBe(false)
    expect(isHeld(record, { ...file, birthTimeNs: '4' }, NOW)).toBe(false)
  })

  test('whose first death names several entries is quarantined after two more at one of them', () => {
    const slice = { ...mark, from: 0, to: 16_000, shared: true }
    const first = decideAfterDeath(NO_QUARANTINE, slice, cursor, NOW)
    const second = decideAfterDeath(first, mark, cursor, NOW)
    expect(second).toMatchObject({ entries: [], deaths: [{ from: 100, to: 200, shared: false }] })
    expect(decideAfterDeath(second, mark, cursor, NOW).entries).toMatchObject([{ from: 100, to: 200 }])
    const elsewhere = { ...mark, from: 200, to: 300 }
    expect(decideAfterDeath(second, elsewhere, cursor, NOW)).toMatchObject({ entries: [], deaths: [elsewhere] })
  })

  test('that has no cursor yet is quarantined as well', () => {
    const record = decideAfterDeath(decideAfterDeath(NO_QUARANTINE, mark, null, NOW), mark, null, NOW)
    expect(record.entries).toHaveLength(1)
  })

  test.each([
    ['other bytes', { ...mark, from: 200, to: 300 }, cursor],
    ['another generation', { ...mark, generation: 1 }, cursor],
    ['another file at its path', { ...mark, file: { ...file, inode: '9' } }, cursor],
    ['the same bytes after something was committed', mark, { generation: 0, offset: 150 }],
    ['the same bytes after its first commit', mark, null],
  ])('whose second death is at %s is read on', (_what, second, then) => {
    const record = decideAfterDeath(decideAfterDeath(NO_QUARANTINE, mark, cursor, NOW), second, then, NOW)
    expect(record.entries).toEqual([])
    expect(isHeld(record, second.file, NOW)).toBe(false)
  })

  test('is tried again after ten minutes, and waits twice as long after each death, up to a day', () => {
    let record: QuarantineRecord = dieTwice()
    const waits: number[] = []
    let now = NOW
    for (let death = 0; death < 10; death++) {
      const [entry] = record.entries
      waits.push((entry?.retryAt ?? 0) - now)
      now = entry?.retryAt ?? 0
      expect(isHeld(record, file, now - 1)).toBe(true)
      expect(isHeld(record, file, now)).toBe(false)
      record = decideAfterDeath(record, mark, cursor, now)
    }
    expect(waits.slice(0, 3)).toEqual([FIRST_WAIT_MS, 2 * FIRST_WAIT_MS, 4 * FIRST_WAIT_MS])
    expect(waits.at(-1)).toBe(DAY_MS)
    expect(record.entries[0]?.since).toBe(NOW)
  })

  test('is free once it was committed beyond the bytes, or has another content', () => {
    const record = dieTwice()
    expect(decideAfterCommit(record, file, { generation: 0, offset: 150 })).toBe(record)
    expect(decideAfterCommit(record, { ...file, inode: '9' }, { generation: 0, offset: 200 })).toBe(record)
    expect(decideAfterCommit(record, file, { generation: 0, offset: 200 }).entries).toEqual([])
    expect(decideAfterCommit(record, file, { generation: 1, offset: 10 }).entries).toEqual([])
  })

  test('is tried again at once after a restart that was asked for', () => {
    expect(isHeld(decideAfterRequest(dieTwice()), file, NOW)).toBe(false)
  })

  test('waits no longer than it was to when the clock is set back', () => {
    expect(isHeld(dieTwice(), file, NOW - DAY_MS)).toBe(false)
  })

  test('that was moved is named by its new path', () => {
    const record = dieTwice()
    expect(decideAfterMove(record, file, '/a.jsonl')).toBe(record)
    expect(decideAfterMove(record, file, '/b.jsonl').entries).toMatchObject([{ path: '/b.jsonl' }])
  })

  test('that the store refuses is quarantined with the reason, and the others are not', () => {
    const record = quarantine(NO_QUARANTINE, mark, 'numeric field overflow', NOW)
    expect(record.entries).toMatchObject([{ reason: 'numeric field overflow', from: 100 }])
    expect(isHeld(record, { ...file, inode: '9' }, NOW)).toBe(false)
  })
})

test('with three deaths within a minute, no file that has killed before is read until the minute is over', () => {
  const names = ['a', 'b', 'c']
  const marks = names.map((inode) => ({ ...mark, file: { ...file, inode } }))
  const record = marks.reduce(
    (before, each, index) => decideAfterDeath(noteDeath(before, NOW + index), each, null, NOW + index),
    NO_QUARANTINE,
  )
  const heldAt = (now: number) => marks.map((each) => isHeld(record, each.file, now))
  expect(heldAt(NOW + 2)).toEqual([true, true, true])
  expect(heldAt(NOW + 60_001)).toEqual([false, false, false])
  expect(isHeld(record, { ...file, inode: 'd' }, NOW + 2)).toBe(false)
})
