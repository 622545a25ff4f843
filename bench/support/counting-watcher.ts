/** A watcher in a process of its own, that counts what it is given; see `many-files.ts`. */
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FileCursor, type Segment, watchTranscripts } from '../../packages/watcher/src/index.ts'

export interface Told {
  readonly do: 'count' | 'usage' | 'forget' | 'block' | 'stop'
}

export interface Counted {
  readonly turns: number
  readonly cpuMs: number
  readonly rss: number
  readonly mostRss: number
  readonly descriptors: number
  readonly latencies: readonly number[]
}

const [folder = ''] = process.argv.slice(2)
const CURSORS = join(folder, 'cursors.jsonl')
const BLOCKED_MS = 4_000

// The sink keeps nothing: cursors go to a file, as they would to a database.
const { turns: before, cursors } = readCursors()
let turns = before
let latencies: number[] = []
let written: string[] = []
let mostRss = 0

const watcher = watchTranscripts({
  sources: [{ agent: 'claude_code', path: join(folder, 'projects') }],
  cursors: cursors(),
  deliver,
  reconcileIntervalMs: Number(process.env.RECONCILE_MS ?? 60_000),
  report: { hintsLost: (error) => console.error('hints lost', error), unreadable: (path) => console.error(path) },
})
process.on('message', ({ do: told }: Told) => answer(told))
setInterval(flush, 1_000).unref()
await watcher.ready
process.send?.('ready')

async function deliver({ events, cursor }: Segment): Promise<{ status: 'committed' }> {
  const now = process.hrtime.bigint()
  for (const { event } of events) {
    if (event.event_type !== 'turn_detected') continue
    turns += 1
    const { text } = event.payload
    const lateBy = now - BigInt(text.slice(0, text.indexOf(' ')))
    if (latencies.length < 10_000) latencies.push(Number(lateBy) / 1e6)
  }
  written.push(`${JSON.stringify(cursor)}\n`)
  if (written.length > 500) flush()
  return { status: 'committed' }
}

function flush(): void {
  mostRss = Math.max(mostRss, process.memoryUsage.rss())
  if (written.length === 0) return
  appendFileSync(CURSORS, written.join(''))
  written = []
}

function readCursors() {
  const lines = existsSync(CURSORS) ? readFileSync(CURSORS, 'utf8').trim().split('\n') : []
  const [count = '0', ...rest] = lines.filter((line) => line !== '').toReversed()
  const byKey = new Map<string, string>()
  for (const line of rest) {
    const key = /"file":\{[^}]*\}/.exec(line)?.[0] ?? ''
    if (!byKey.has(key)) byKey.set(key, line)
  }
  return {
    turns: Number(count),
    *cursors() {
      for (const line of byKey.values()) yield JSON.parse(line) as FileCursor
    },
  }
}

function answer(told: Told['do']): void {
  if (told === 'forget') latencies = []
  if (told === 'block') for (const end = performance.now() + BLOCKED_MS; performance.now() < end; );
  if (told === 'stop') {
    void watcher.stop().then(() => {
      flush()
      appendFileSync(CURSORS, `${turns}\n`)
      process.exit()
    })
    return
  }
  const { user, system } = process.cpuUsage()
  const rss = process.memoryUsage.rss()
  mostRss = Math.max(mostRss, rss)
  const descriptors = readdirSync('/proc/self/fd').length
  const counted: Counted = { turns, cpuMs: (user + system) / 1000, rss, mostRss, descriptors, latencies: [] }
  process.send?.(told === 'count' ? { ...counted, latencies } : counted)
}
