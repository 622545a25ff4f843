/**
 * How fast the web server answers over a large log, and how soon a new event is with those who follow it.
 *
 *   node bench/web-reading.ts postgres://…/some_database [events]
 *
 * An empty database is filled first: 5,000 sessions of very different length. Times are those of a whole HTTP request.
 */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { startWebServer } from '../apps/web/src/index.ts'
import { connect, migrateToLatest } from '../packages/database/src/index.ts'

const [url = '', count = '1000000'] = process.argv.slice(2)
const SESSIONS = 5_000
const REQUESTS = 20
const LIVE_EVENTS = 300
const FOLLOWERS = 10

const connection = connect(url, { statementDeadlineMs: 0 })
const { pool } = connection
await migrateToLatest(connection.db)
const stored = await pool.query('select count(*)::int as events from events')
if (stored.rows[0].events === 0) await fill(Number(count))
const quiet = () => {}
const server = await startWebServer({
  settings: {
    server: { host: '127.0.0.1', port: 0 },
    database: { url, poolSize: 4 },
    stateDir: '/nonexistent',
    fileWatcher: {
      pollingIntervalSeconds: 2,
      reconcileIntervalSeconds: 60,
      inactivityTimeoutSeconds: 5400,
      maxLineBytes: 1_000_000,
    },
  },
  log: { info: quiet, warn: quiet, error: console.error },
})
await measureRequests()
await measureStream()
await server.close()
await connection.close()

async function measureRequests(): Promise<void> {
  const { events, older } = await get('/api/events')
  const { next } = await get('/api/sessions')
  const session = (await get('/api/sessions?limit=200')).sessions.toSorted(
    (a: { turn_count: number }, b: { turn_count: number }) => b.turn_count - a.turn_count,
  )[0].session_uuid
  for (const path of [
    '/api/events',
    `/api/events?before=${older}`,
    '/api/events?type=session_registered',
    '/api/events?agent=codex&actor=user',
    '/api/events?q=quick+fox',
    '/api/events?q=nowhere+to+be+found',
    `/api/events?session=${session}`,
    `/api/events/${events[0].id}`,
    '/api/sessions',
    `/api/sessions?after=${next}`,
    '/api/sessions?agent=codex',
    `/api/sessions/${session}`,
    `/api/sessions/${session}/turns`,
    `/api/sessions/${session}/turns?at=end`,
    '/livez',
  ]) {
    const times: number[] = []
    for (let index = 0; index < REQUESTS; index += 1) {
      const begin = performance.now()
      await get(path)
      times.push(performance.now() - begin)
    }
    console.log(`${path.slice(0, 70).padEnd(72)} ${describe(times)}`)
  }
}

/** From before the insert to the arrival of the event, with several followers; each is measured. */
async function measureStream(): Promise<void> {
  const inserted = new Map<string, number>()
  const times: number[] = []
  const stop = new AbortController()
  const followers = Array.from({ length: FOLLOWERS }, () =>
    follow(stop.signal, (text) => {
      const at = inserted.get(text)
      if (at !== undefined) times.push(performance.now() - at)
    }),
  )
  await sleep(500)
  for (let index = 0; index < LIVE_EVENTS; index += 1) {
    const text = randomUUID()
    inserted.set(text, performance.now())
    await pool.query(
      `with row as (insert into events (event_key, event_type, timestamp, session_uuid, host, payload)
        values (gen_random_uuid(), 'turn_detected', now(), 'live', 'bench', jsonb_build_object('text', $1::text)) returning id)
      select pg_notify('turnlog_events', id || '-' || id) from row`,
      [text],
    )
    await sleep(20)
  }
  await sleep(500)
  stop.abort()
  await Promise.allSettled(followers)
  await pool.query(`delete from events where session_uuid = 'live' and host = 'bench'`)
  const complete = times.length === LIVE_EVENTS * FOLLOWERS ? 'all' : 'NOT ALL'
  console.log(
    `insert → stream, ${FOLLOWERS} followers, ${complete} of ${LIVE_EVENTS} events each`.padEnd(73) + describe(times),
  )
}

async function follow(signal: AbortSignal, onText: (text: string) => void): Promise<void> {
  const response = await fetch(`${server.url}/api/events/stream`, { signal })
  let rest = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      if (line.startsWith('data: {"id"')) onText(JSON.parse(line.slice('data: '.length)).payload.text)
    }
  }
}

async function get(path: string) {
  const response = await fetch(server.url + path)
  const text = await response.text()
  if (!response.ok) throw new Error(text)
  return text.startsWith('{') ? JSON.parse(text) : text
}

function describe(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(1).padStart(6)
  return `p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  most ${at(1)} ms`
}

/** Most sessions are short, each tenth is long, each hundredth very long; each is imported as a whole, the newest first. */
async function fill(events: number): Promise<void> {
  const average = events / SESSIONS
  console.log(`filling the database with ${events} events`)
  for (let first = 0; first < SESSIONS; first += 20) {
    await pool.query(
      `insert into events (event_key, event_type, timestamp, session_uuid, host, payload)
      select gen_random_uuid(), type, now() - s * interval '20 minutes' + i * interval '1 second',
        '6f0a7a1e-1111-4222-8333-' || lpad(s::text, 12, '0'), 'bench', payload
      from generate_series($1::int, $1::int + 19) as s,
        lateral (select (case when s % 100 = 0 then 30 when s % 10 = 0 then 2.5 else 0.5 end * $2)::int as n) as size,
        lateral generate_series(0, n) as i,
        lateral (select case i when 0 then 'session_registered' when n then 'session_ended' else 'turn_detected' end as type) as t,
        lateral (select jsonb_build_object('agent', case when s % 3 = 0 then 'codex' else 'claude_code' end) ||
          case type
            when 'session_registered' then jsonb_build_object('project_path', '/home/user/project-' || s % 40, 'git_branch', 'main')
            when 'session_ended' then jsonb_build_object('reason', 'timeout')
            else jsonb_build_object('actor', case i % 2 when 0 then 'agent' else 'user' end, 'turn_uuid', gen_random_uuid(),
              'text', substr(repeat(md5(i::text || s::text) || ' the quick brown fox ', 60), 1, case i % 20 when 0 then 3000 else 100 + (i * 53) % 500 end))
          end as payload) as p`,
      [first, average],
    )
  }
  await pool.query('vacuum analyze events')
}
