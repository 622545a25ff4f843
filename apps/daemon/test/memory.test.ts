import { appendFileSync, closeSync, openSync, readFileSync, statSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

/** The bound that is promised whatever is read. */
const MOST_MEMORY = 200_000_000
/** Enough to see that memory does not follow the file; the full 2 GB are for `TURNLOG_MEMORY_BYTES=2e9`. */
const FILE_BYTES = Number(process.env.TURNLOG_MEMORY_BYTES ?? 250_000_000)

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

function peakMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

test.skipIf(process.platform !== 'linux')(
  'a line of 50 MB and a file of any size do not grow the watcher',
  { timeout: 300_000 },
  async () => {
    await using machine = new Machine()
    const long = machine.transcript('11111111-2222-4333-8444-000000000001')
    const large = machine.transcript('11111111-2222-4333-8444-000000000002')
    appendFileSync(long, promptLine('a', 'before') + promptLine('b', 'x'.repeat(50_000_000)) + promptLine('c', 'after'))
    const turns = writeLargeFile(large) + 2
    const turnlog = machine.start({ TURNLOG_LOGGING__LEVEL: 'debug' })
    const { pid } = await until(
      () => turnlog.log.find(({ msg, child }) => child === 'watcher' && msg.startsWith('watcher runs')) ?? { pid: 0 },
      (line) => line.pid !== 0,
    )
    const rows = await until(
      () =>
        machine
          .query<{ offset: string; path: string }>('select path, committed_offset as offset from cursors')
          .catch(() => []),
      (cursors) => cursors.filter(({ path, offset }) => Number(offset) === statSync(path).size).length === 2,
      240_000,
    )
    expect(rows).toHaveLength(2)
    const peak = peakMemory(pid as number)
    expect(peak).toBeLessThan(MOST_MEMORY)
    console.log(`peak memory of the watcher: ${Math.round(peak / 1e6)} MB`)
    expect(await machine.query("select count(*)::int as turns from events where event_type = 'turn_detected'")).toEqual(
      [{ turns }],
    )
    expect(await machine.query('select reason from skipped_ranges')).toEqual([{ reason: 'line_too_long' }])
  },
)
