import { appendFileSync, closeSync, openSync, statSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

/** Larger than what the watcher could hold in memory; far larger with `TURNLOG_LARGE_FILE_BYTES=2e9`. */
const FILE_BYTES = Number(process.env.TURNLOG_LARGE_FILE_BYTES ?? 250_000_000)

function writeLargeFile(path: string): number {
  const file = openSync(path, 'w')
  let turns = 0
  for (let bytes = 0; bytes < FILE_BYTES; ) {
    const lines = Array.from({ length: 500 }, () => promptLine(`u${turns++}`, `turn ${turns} ${'x'.repeat(2_000)}`))
    bytes += writeSync(file, lines.join(''))
  }
  closeSync(file)
  return turns
}

test('a line of 50 MB is skipped, and a file of any size is read to its end', { timeout: 600_000 }, async () => {
  await using machine = new Machine()
  const long = machine.transcript('11111111-2222-4333-8444-000000000001')
  const large = machine.transcript('11111111-2222-4333-8444-000000000002')
  appendFileSync(long, promptLine('a', 'before') + promptLine('b', 'x'.repeat(50_000_000)) + promptLine('c', 'after'))
  const turns = writeLargeFile(large) + 2
  const turnlog = machine.start()
  await until(
    () =>
      machine
        .query<{ offset: string; path: string }>('select path, committed_offset as offset from cursors')
        .catch(() => []),
    (cursors) => cursors.filter(({ path, offset }) => Number(offset) === statSync(path).size).length === 2,
    500_000,
  )
  expect(await machine.query("select count(*)::int as turns from events where event_type = 'turn_detected'")).toEqual([
    { turns },
  ])
  expect(await machine.query('select reason from skipped_ranges')).toEqual([{ reason: 'line_too_long' }])
  expect(turnlog.output).not.toMatch(/unexpectedly/)
})
