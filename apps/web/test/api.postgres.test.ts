import { freshDatabase } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import type { Statistics } from '../client/api/answers.ts'
import { insertTurn } from './support/rows.ts'
import { type Body, startWeb, type Web } from './support/web.ts'

const texts = (events: Body['events']): unknown[] => events.map(({ payload }) => payload.text)

async function readBack(web: Web, path: string, whileReading: () => Promise<unknown>): Promise<unknown[]> {
  const all: unknown[] = []
  let before = ''
  for (;;) {
    const { body } = await web.get(`${path}${before}`)
    all.push(...texts(body.events))
    await whileReading()
    if (body.older === null) return all
    before = `&before=${body.older}`
  }
}

test('paging back through the log has no gap and no repeat while events arrive', async () => {
  await using database = await freshDatabase()
  for (let index = 0; index < 25; index += 1) await insertTurn(database.pool, String(index))
  await using web = await startWeb({ databaseUrl: database.url })
  let extra = 0
  const all = await readBack(web, '/api/events?limit=4', async () => {
    extra += 1
    await insertTurn(database.pool, `new ${extra}`)
  })
  expect(all).toEqual(Array.from({ length: 25 }, (_, index) => String(24 - index)))
})

test('paging on from the newest page gives what was recorded since, oldest first', async () => {
  await using database = await freshDatabase()
  await insertTurn(database.pool, 'old')
  await using web = await startWeb({ databaseUrl: database.url })
  const first = await web.get('/api/events')
  const none = await web.get(`/api/events?after=${first.body.newer}`)
  for (const text of ['a', 'b', 'c']) await insertTurn(database.pool, text)
  const two = await web.get(`/api/events?limit=2&after=${none.body.newer}`)
  const rest = await web.get(`/api/events?after=${two.body.newer}`)
  const back = await web.get(`/api/events?before=${rest.body.older}`)

  expect(texts(none.body.events)).toEqual([])
  expect([texts(two.body.events), two.body.more]).toEqual([['a', 'b'], true])
  expect([texts(rest.body.events), rest.body.more]).toEqual([['c'], false])
  expect(texts(back.body.events)).toEqual(['b', 'a', 'old'])
})

test('events are filtered by session, type, actor, time and words', async () => {
  await using database = await freshDatabase()
  await insertTurn(database.pool, 'the first word', { session: 'one', timestamp: '2026-01-01T00:00:00Z' })
  await insertTurn(database.pool, 'the second', { session: 'two', timestamp: '2026-01-02T00:00:00Z' })
  await insertTurn(database.pool, 'over', { type: 'session_ended', session: 'two', timestamp: '2026-01-03T00:00:00Z' })
  await using web = await startWeb({ databaseUrl: database.url })
  const choose = async (query: string) => texts((await web.get(`/api/events?${query}`)).body.events)

  expect(await choose('session=two')).toEqual(['over', 'the second'])
  expect(await choose('type=turn_detected,hook_received')).toEqual(['the second', 'the first word'])
  expect(await choose('actor=agent')).toEqual([])
  expect(await choose('since=2026-01-02T00:00:00Z&until=2026-01-02T12:00:00%2B01:00')).toEqual(['the second'])
  expect(await choose('q=WORD+first')).toEqual(['the first word'])
  expect(await choose('q="first+word"')).toEqual(['the first word'])
  expect(await choose('q="word+first"')).toEqual([])
})

test('one event is found by its id', async () => {
  await using database = await freshDatabase()
  await insertTurn(database.pool, 'one')
  await using web = await startWeb({ databaseUrl: database.url })
  const { body } = await web.get('/api/events')
  expect((await web.get('/api/events/1')).body).toEqual(body.events[0])
  expect(await web.get('/api/events/2')).toMatchObject({ status: 404, body: { error: { name: 'no_such_event' } } })
  expect((await web.get('/api/events/999999999999999999')).status).toBe(404)
  expect((await web.get('/api/events/1x')).status).toBe(404)
})

test('sessions come with the latest turn first, with their state, a page at a time', async () => {
  await using database = await freshDatabase()
  const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
  for (const [session, minutes] of [
    ['ended', 300],
    ['active', 1],
    ['idle', 30],
  ] as const) {
    await insertTurn(database.pool, session, { session, timestamp: minutesAgo(minutes) })
  }
  await using web = await startWeb({ databaseUrl: database.url })
  const first = await web.get('/api/sessions?limit=2')
  const rest = await web.get(`/api/sessions?limit=2&after=${first.body.next}`)
  const sessions = [...first.body.sessions, ...rest.body.sessions]

  expect(rest.body.next).toBeNull()
  expect(sessions.map(({ session_uuid }) => session_uuid)).toEqual(['active', 'idle', 'ended'])
  for (const session of sessions) expect(session).toMatchObject({ state: session.session_uuid, turn_count: 1 })
  expect((await web.get('/api/sessions/idle')).body).toEqual(sessions[1])
  expect((await web.get('/api/sessions/nobody')).status).toBe(404)
})

test('the turns of a session are read in order, from either end, and on from there', async () => {
  await using database = await freshDatabase()
  for (const minute of [3, 1, 5, 2, 4]) {
    await insertTurn(database.pool, String(minute), { timestamp: `2026-01-01T00:0${minute}:00Z` })
  }
  await using web = await startWeb({ databaseUrl: database.url })
  const read = async (query: string) => (await web.get(`/api/sessions/s/turns?limit=2${query}`)).body
  const start = await read('')
  const middle = await read(`&after=${start.later}`)
  const end = await read('&at=end')
  const earlier = await read(`&before=${end.earlier}`)
  await insertTurn(database.pool, '6', { timestamp: '2026-01-01T00:06:00Z' })

  expect([start, middle, end, earlier].map(({ turns }) => texts(turns))).toEqual([
    ['1', '2'],
    ['3', '4'],
    ['4', '5'],
    ['2', '3'],
  ])
  expect([start.earlier, start.more, middle.more, end.more]).toEqual([null, true, true, true])
  expect(texts((await read(`&after=${end.later}`)).turns)).toEqual(['6'])
})

test('a conversation is opened on both sides of a turn, and read on from there in both directions', async () => {
  await using database = await freshDatabase()
  for (let index = 0; index < 10; index += 1) {
    await insertTurn(database.pool, String(index), { timestamp: `2026-01-01T00:0${index}:00Z` })
  }
  await insertTurn(database.pool, 'elsewhere', { session: 'other' })
  await using web = await startWeb({ databaseUrl: database.url })
  const read = (query: string) => web.get(`/api/sessions/s/turns?limit=4&${query}`)
  const [newest, , , chosen] = (await web.get('/api/events')).body.events.map(({ id }) => id)
  const { body } = await read(`around=${chosen}`)

  expect(texts(body.turns)).toEqual(['5', '6', '7', '8'])
  expect(texts((await read(`before=${body.earlier}`)).body.turns)).toEqual(['1', '2', '3', '4'])
  expect(texts((await read(`after=${body.later}`)).body.turns)).toEqual(['9'])
  expect((await read(`around=${newest}`)).status).toBe(404)
  expect((await read('around=999999')).body.error.name).toBe('no_such_turn')
})

test('long texts are cut where that is asked for, searched as a whole, and given whole by id', async () => {
  await using database = await freshDatabase()
  const long = `${'ä'.repeat(300_000)}needle`
  await insertTurn(database.pool, long)
  await insertTurn(database.pool, 'short')
  await using web = await startWeb({ databaseUrl: database.url })
  const { body } = await web.get('/api/events?cut=10')
  const [short, cut] = body.events
  const found = await web.get('/api/events?cut=10&q=needle&session=s')
  const { turns } = (await web.get('/api/sessions/s/turns?cut=10')).body

  expect(cut).toMatchObject({ payload: { text: 'ä'.repeat(10), actor: 'user' }, text_length: 300_006 })
  expect(short).toMatchObject({ payload: { text: 'short' }, text_length: null })
  expect(found.body.events).toMatchObject([{ id: cut?.id, text_length: 300_006 }])
  expect(turns.map(({ text_length }) => text_length)).toEqual([300_006, null])
  const whole = await web.fetch(`/api/events/${cut?.id}`)
  expect(await whole.json()).toMatchObject({ payload: { text: long } })
})

test('statistics count what was said in the last minutes', async () => {
  await using database = await freshDatabase()
  await insertTurn(database.pool, 'now', { payload: { agent: 'codex' } })
  await insertTurn(database.pool, 'before', { timestamp: new Date(Date.now() - 7_200_000).toISOString() })
  await using web = await startWeb({ databaseUrl: database.url })
  const answer = await web.fetch('/api/statistics?minutes=5')
  const { since, until, minutes } = (await answer.json()) as Statistics

  expect(Date.parse(until) - Date.parse(since)).toBe(300_000)
  expect(minutes).toMatchObject([{ turns: { codex: 1 }, live: 1 }])
})

test.each([
  ['/api/events?cut=0', '`cut` is less than 1'],
  ['/api/sessions/s/turns?around=x', '`around` is not the id of an event'],
  ['/api/statistics?minutes=1441', '`minutes` is more than 1440'],
  ['/api/events?limit=0', '`limit` is less than 1'],
  ['/api/events?limit=ten', '`limit` is not a whole number'],
  ['/api/events?sesion=x', '`sesion` is not a parameter here'],
  ['/api/events?before=1', '`before` is not a cursor'],
  ['/api/events?before=1-1&after=1-1', '`before` and `after` were both given'],
  ['/api/events?since=yesterday', '`since` is not an ISO 8601 time'],
  ['/api/events?type=nonsense', '`type` is none of session_registered'],
  ['/api/events?session=a%00b', '`session` holds a character'],
  ['/api/events/stream?limit=5', '`limit` is not a parameter here'],
  ['/api/sessions?after=bm9uc2Vuc2U', '`after` is not a cursor'],
  ['/api/sessions/s/turns?at=middle', '`at` is none of start, end'],
])('%s is refused: %s', async (path, problem) => {
  await using web = await startWeb({ databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing' })
  const { status, body } = await web.get(path)
  expect(status).toBe(400)
  expect(body.error).toMatchObject({ name: 'invalid_parameter', message: expect.stringContaining(problem) })
})
