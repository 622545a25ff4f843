/**
 * How fast the writer writes, next to COPY of the same rows into the same table: the least that Postgres can be asked.
 *
 *   node bench/writer-rate.ts postgres://…/some_database [events] [runs]
 *
 * The database should be empty: the tables are made, and emptied before each run.
 */
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { connect, migrateToLatest } from '../packages/database/src/index.ts'
import type { EventInput } from '../packages/schema/src/index.ts'
import { acquireLease, createEventWriter, type Segment } from '../packages/writer/src/index.ts'

const [url = '', count = '50000', runs = '3'] = process.argv.slice(2)
const EVENTS = Number(count)
const EVENTS_PER_SEGMENT = 100
const FILES = 10
const TEXT = 'The quick brown fox jumps over the lazy dog. '.repeat(5).slice(0, 205)

const connection = connect(url)
await migrateToLatest(connection.db)
const lease = await acquireLease({
  db: connection.db,
  name: 'watcher:bench',
  holder: { stateDirectoryId: 'bench', instance: 'bench' },
  isFirst: true,
})
for (let run = 1; run <= Number(runs); run += 1) {
  const events = Array.from({ length: EVENTS }, (_, index) => createTurn(index))
  const segments = toSegments(events)
  const bytes = Buffer.byteLength(JSON.stringify(events)) / EVENTS
  await empty()
  const writer = await measure(() => write(segments))
  await empty()
  const input = toCopyInput(events)
  const copy = await measure(async () => copyRows(input))
  console.log(
    `run ${run}: ${bytes.toFixed(0)} bytes/event; writer ${rate(writer.seconds)}/s, ${micros(writer.cpu)} µs CPU/event; ` +
      `COPY ${rate(copy.seconds)}/s; ratio ${(copy.seconds / writer.seconds).toFixed(2)}`,
  )
}
await lease.release()
await connection.close()

async function write(segments: readonly Segment[]): Promise<void> {
  await using writer = createEventWriter({ db: connection.db, host: 'bench', lease })
  const underway = new Set<Promise<unknown>>()
  for (const segment of segments) {
    const done = writer.writeSegment(segment).then((result) => {
      underway.delete(done)
      if (result.status !== 'committed') throw new Error(result.status)
    })
    underway.add(done)
    // What a watcher does: a bounded number of segments under way, the file is the buffer for the rest.
    if (underway.size >= 60) await Promise.race(underway)
  }
  await Promise.all(underway)
}

/** A thousand rows at a time, each thousand its own transaction. */
function toCopyInput(events: readonly EventInput[]): string {
  const columns = 'event_key, event_type, timestamp, session_uuid, host, payload'
  const lines = events.map((event) => toCopyLine(event))
  const chunks: string[] = []
  for (let at = 0; at < lines.length; at += 1_000) {
    chunks.push(`copy events (${columns}) from stdin;\n${lines.slice(at, at + 1_000).join('')}\\.\n`)
  }
  return chunks.join('')
}

/** psql reads the rows as text and sends them as they are. */
function copyRows(input: string): void {
  const { status, stderr } = spawnSync('psql', ['-q', '-v', 'ON_ERROR_STOP=1', url], { input })
  if (status !== 0) throw new Error(String(stderr))
}

function toCopyLine(event: EventInput): string {
  const payload = JSON.stringify(event.payload).replaceAll('\\', '\\\\')
  return `${event.event_key}\t${event.event_type}\t${event.timestamp}\tsession\tbench\t${payload}\n`
}

async function empty(): Promise<void> {
  await connection.pool.query('truncate events, cursors, skipped_ranges, dead_letters')
  await connection.pool.query('checkpoint')
}

async function measure(work: () => Promise<void>): Promise<{ readonly seconds: number; readonly cpu: number }> {
  const cpuBefore = process.cpuUsage()
  const begin = performance.now()
  await work()
  const { user, system } = process.cpuUsage(cpuBefore)
  return { seconds: (performance.now() - begin) / 1_000, cpu: user + system }
}

function createTurn(index: number): EventInput {
  return {
    event_type: 'turn_detected',
    event_key: randomUUID(),
    timestamp: '2026-01-02T03:04:05.678Z',
    payload: {
      session_uuid: `6f0a7a1e-1111-4222-8333-${String(index % FILES).padStart(12, '0')}`,
      actor: index % 2 === 0 ? 'user' : 'agent',
      text: TEXT,
      source: 'watch',
      turn_timestamp: '2026-01-02T03:04:05.678Z',
      agent: 'claude_code',
      turn_uuid: randomUUID(),
      kind: 'prompt',
      model: 'some-model',
      project_path: '/home/user/project',
    },
  }
}

function toSegments(events: readonly EventInput[]): readonly Segment[] {
  const offsets = new Map<number, number>()
  const segments: Segment[] = []
  for (let at = 0; at < events.length; at += EVENTS_PER_SEGMENT) {
    const file = segments.length % FILES
    const from = offsets.get(file) ?? 0
    const chunk = events.slice(at, at + EVENTS_PER_SEGMENT)
    const to = from + chunk.length * 590
    offsets.set(file, to)
    segments.push(toSegment(file, from, to, chunk))
  }
  return segments
}

function toSegment(file: number, from: number, to: number, events: readonly EventInput[]): Segment {
  return {
    from,
    generationReason: null,
    cursor: {
      agent: 'claude_code',
      path: `/transcripts/${file}.jsonl`,
      transcript: String(file),
      file: { device: '1', inode: String(file), birthTimeNs: '1' },
      generation: 0,
      offset: to,
      marker: { hash: 'a'.repeat(64), length: 256 },
      state: { session: { registered: true } },
      size: to,
      mtimeNs: '1',
    },
    events: events.map((event, index) => ({ event, offset: from + index * 590, length: 590 })),
    skipped: [],
    tally: { delivered: to - from, skipped: {} },
    unknownTypes: {},
  }
}

function rate(seconds: number): string {
  return Math.round(EVENTS / seconds).toLocaleString('en')
}

function micros(cpu: number): string {
  return (cpu / EVENTS).toFixed(1)
}
