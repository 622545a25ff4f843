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
    msg: '2,000 events not written after 4 attempts; kept in the file: away',
  })
  for (const { event_key } of events) expect(lines.some((line) => line.includes(`"${event_key}"`))).toBe(true)
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(LONGEST_LINE)
})

test('of a dead letter its details are logged, and not all of a large event', () => {
  const letter = { event_key: 'k', event_type: 'turn_detected', event: 'short…', sqlstate: '22P05', reason: 'no' }
  const lines = logged((report) => report.eventDeadLettered({ ...letter, ...{ json: 'x'.repeat(10 ** 6) } }))
  expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
    { ...letter, msg: 'the database refused an event: no' },
  ])
  expect(lines[0]?.length).toBeLessThan(1_000)
})
