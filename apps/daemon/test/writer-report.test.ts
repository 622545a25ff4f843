import { expect, test } from 'vitest'
import { createLogger } from '../src/logging/create-logger.ts'
import { createWriterReport } from '../src/watcher/writer-report.ts'

const LONGEST_LINE = 64 * 1024

function logged(tell: (report: ReturnType<typeof createWriterReport>) => void): readonly string[] {
  const lines: string[] = []
  tell(createWriterReport(createLogger({ level: 'info' }, 'watcher', { write: (line) => void lines.push(line) })))
  return lines
}

test('each of many events that were not written is logged with its details, in lines that nobody cuts', () => {
  const events = Array.from({ length: 2_000 }, (_, index) => ({
    event_key: `key-${index}`,
    event_type: 'turn_detected',
    session_uuid: 's',
    event: '"'.repeat(1_000),
    path: `/home/ada/${'x'.repeat(200)}.jsonl`,
    offset: index,
    length: 1,
  }))
  const lines = logged((report) =>
    report.writeFailed({ events, attempts: 4, error: new Error('away'), keptIn: 'file' }),
  )
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    count: 2_000,
    msg: `not written after 4 attempts, kept in the file: turn_detected key-0 of session s at ${events[0]?.path}:0 and 1999 more: away`,
  })
  for (const { event_key } of events) expect(lines.some((line) => line.includes(`"${event_key}"`))).toBe(true)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(LONGEST_LINE)
})

test('the message of a dead letter names type, key, session and place; a large event is not logged as a whole', () => {
  const place = { path: '/a.jsonl', offset: 7, length: 9 }
  const event = { event_key: 'k', event_type: 'turn_detected', session_uuid: 's', event: 'short…', ...place }
  const letter = { ...event, sqlstate: '22P05', reason: 'no', attempts: 4 }
  const lines = logged((report) => report.eventDeadLettered({ ...letter, ...{ json: 'x'.repeat(10 ** 6) } }))
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { ...letter, msg: 'dead letter after 4 attempts: turn_detected k of session s at /a.jsonl:7: no' },
  ])
  expect(lines[0]?.length).toBeLessThan(1_000)
})

test('a retried write names its events in the message', () => {
  const event = { event_key: 'k', event_type: 'session_ended', session_uuid: null, event: '{}' }
  const retry = { attempt: 1, delayMs: 100, count: 1, events: [event], error: new Error('deadlock detected') }
  const [line] = logged((report) => report.writeRetried(retry))
  expect(JSON.parse(line ?? '')).toMatchObject({
    msg: 'attempt 1 to write session_ended k failed, trying again in 100 ms: deadlock detected',
  })
})
