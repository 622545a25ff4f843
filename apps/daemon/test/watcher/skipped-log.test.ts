import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { SkippedLog } from '../../src/watcher/skipped-log.ts'

const range = (offset: number) => ({ offset, length: 10, reason: 'malformed' })
let messages: string[]
let log: SkippedLog

beforeEach(() => {
  vi.useFakeTimers()
  messages = []
  log = new SkippedLog({ warn: (_facts: unknown, message?: string) => void messages.push(message ?? '') })
})
afterEach(() => vi.useRealTimers())

test('the first place of a file is logged at once, the others of the same minute with their number', () => {
  for (let index = 0; index < 1_000; index++) log.add('/a', range(index * 100))
  expect(messages).toEqual(['skipped 10 B of /a: malformed'])
  vi.advanceTimersByTime(60_000)
  expect(messages.slice(1)).toEqual(['skipped 10.0 kB of /a in 999 places, the first at byte 100: malformed'])
})

test('joined lines count one by one', () => {
  log.add('/a', { ...range(0), length: 2_000, places: 1_000 })
  expect(messages).toEqual(['skipped 2.0 kB of /a in 1,000 places, the first at byte 0: malformed'])
})

test('each file has its own line, and after a quiet minute the next place is logged at once', () => {
  log.add('/a', range(0))
  log.add('/b', range(0))
  vi.advanceTimersByTime(60_000)
  log.add('/a', range(500))
  expect(messages).toHaveLength(3)
})
