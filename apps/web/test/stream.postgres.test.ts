import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { connect } from '@turnlog/database'
import { freshDatabase, ownServer } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { StreamClient } from './support/event-stream.ts'
import { insertTurn } from './support/rows.ts'
import { until } from './support/until.ts'
import { startWeb } from './support/web.ts'

const STREAM = '/api/events/stream'

test('what is recorded after the stream was opened is sent at once', async () => {
  await using database = await freshDatabase()
  await insertTurn(database.pool, 'before')
  await using web = await startWeb({ databaseUrl: database.url })
  await using client = new StreamClient()
  await client.open(web.server.url + STREAM)
  await client.until(({ states }) => states.includes('live'))
  await insertTurn(database.pool, 'one')
  await insertTurn(database.pool, 'two\nlines')
  await client.until(({ messages }) => messages.length === 2, 1_000)

  expect(client.texts).toEqual(['one', 'two\nlines'])
  expect(client.messages[0]?.data).toMatchObject({ event_type: 'turn_detected', cursor: client.messages[0]?.id })
})

test('two writers whose commits interleave: every event once, also over restarts of the server', async () => {
  await using database = await freshDatabase({ poolSize: 8 })
  await using client = new StreamClient()
  let port = 0
  const serve = async () => {
    const web = await startWeb({ databaseUrl: database.url, port })
    port = web.server.port
    await client.open(web.server.url + STREAM)
    return web
  }
  const first = await serve()
  await client.until(({ states }) => states.includes('live'))
  const expected: string[] = []
  const write = async (writer: string): Promise<void> => {
    const connection = await database.pool.connect()
    for (let index = 0; index < 60; index += 1) {
      const text = `${writer}-${index}`
      expected.push(text)
      await connection.query('begin')
      await insertTurn(connection, text)
      // The other writer begins and commits while this transaction is open.
      await connection.query('select pg_sleep($1)', [(index % 4) * 0.003])
      await connection.query('commit')
    }
    connection.release()
  }
  const writing = Promise.all([write('a'), write('b')])
  await client.until(({ messages }) => messages.length > 20)
  await first[Symbol.asyncDispose]()
  await client.ended()
  const second = await serve()
  await client.until(({ messages }) => messages.length > 60)
  await client.cut()
  await client.open(second.server.url + STREAM)
  await writing
  await client.until(({ messages }) => messages.length >= expected.length)
  await second[Symbol.asyncDispose]()

  expect(client.texts.toSorted()).toEqual(expected.toSorted())
})

test('an event whose transaction commits late is sent then, and those behind it are not lost', async () => {
  await using database = await freshDatabase()
  await using web = await startWeb({ databaseUrl: database.url, pollMs: 60_000 })
  await using client = new StreamClient()
  await client.open(web.server.url + STREAM)
  await client.until(({ states }) => states.includes('live'))
  const late = await database.pool.connect()
  await late.query('begin')
  await insertTurn(late, 'late')
  await insertTurn(database.pool, 'early')
  await client.cut()
  await client.open(web.server.url + STREAM)
  await late.query('commit')
  late.release()
  await client.until(({ messages }) => messages.length === 2, 2_000)

  expect(client.texts.toSorted()).toEqual(['early', 'late'])
})

test('rows that a transaction without notification held back are sent soon after it ends', async () => {
  await using database = await freshDatabase()
  await using web = await startWeb({ databaseUrl: database.url, pollMs: 10_000 })
  await using client = new StreamClient()
  await client.open(web.server.url + STREAM)
  await client.until(({ states }) => states.includes('live'))
  const other = await database.pool.connect()
  await other.query('begin; select pg_current_xact_id()')
  await insertTurn(database.pool, 'held back')
  await other.query('select pg_sleep(0.1); rollback')
  other.release()
  await client.until(({ messages }) => messages.length === 1, 2_000)
})

test('pages and stream fit together: from a page on, nothing is missing and nothing comes twice', async () => {
  await using database = await freshDatabase()
  for (let index = 0; index < 250; index += 1) await insertTurn(database.pool, String(index))
  await using web = await startWeb({ databaseUrl: database.url })
  const { body } = await web.get('/api/events?limit=3')
  await insertTurn(database.pool, '250')
  await using client = new StreamClient()
  await client.open(`${web.server.url}${STREAM}?after=${body.newer}`)
  await client.until(({ messages }) => messages.length > 0)
  await using fromStart = new StreamClient()
  await fromStart.open(`${web.server.url}${STREAM}?after=0-0`)
  await fromStart.until(({ states }) => states.includes('live'))

  expect(body.events.map(({ payload }) => payload.text)).toEqual(['249', '248', '247'])
  expect(client.texts).toEqual(['250'])
  expect(fromStart.texts).toEqual(Array.from({ length: 251 }, (_, index) => String(index)))
  expect(fromStart.states).toEqual(['behind', 'live'])
})

test('a stream that is filtered goes on from beyond what it did not show', async () => {
  await using database = await freshDatabase()
  await using web = await startWeb({ databaseUrl: database.url })
  await using client = new StreamClient()
  const url = `${web.server.url}${STREAM}?session=mine&q=WORD`
  await client.open(url)
  await client.until(({ states }) => states.includes('live'))
  await insertTurn(database.pool, 'a word', { session: 'mine' })
  await insertTurn(database.pool, 'a word', { session: 'other' })
  await insertTurn(database.pool, 'nothing', { session: 'mine' })
  const { body } = await web.get('/api/events')
  await client.until(({ lastEventId }) => lastEventId === body.newer)
  await client.cut()
  await client.open(url)
  await insertTurn(database.pool, 'another word', { session: 'mine' })
  await client.until(({ messages }) => messages.length === 2)

  expect(client.texts).toEqual(['a word', 'another word'])
})

test('a place of another log is not waited for: the stream begins again at now, and says so', async () => {
  await using database = await freshDatabase()
  await using web = await startWeb({ databaseUrl: database.url })
  await using client = new StreamClient()
  client.lastEventId = '999999999-1'
  await client.open(web.server.url + STREAM)
  await client.until(({ states }) => states.includes('live'))
  await insertTurn(database.pool, 'new')
  await client.until(({ messages }) => messages.length === 1)
  expect(client.states).toEqual(['reset', 'live'])
})

test('a silent stream shows that it is alive', async () => {
  await using database = await freshDatabase()
  await using web = await startWeb({ databaseUrl: database.url, heartbeatMs: 50, pollMs: 20 })
  await using client = new StreamClient()
  await client.open(web.server.url + STREAM)
  await client.until(({ heartbeats }) => heartbeats >= 3)
})

test('a client that reads slowly delays nobody, and gets everything in the end', async () => {
  await using database = await freshDatabase()
  const rows = 1_000
  await database.pool.query(
    `insert into events (event_key, event_type, timestamp, session_uuid, host, payload)
      select gen_random_uuid(), 'turn_detected', now(), 's', 'h', jsonb_build_object('text', n || repeat('x', 20000))
      from generate_series(1, $1::int) as n`,
    [rows],
  )
  await using web = await startWeb({ databaseUrl: database.url })
  const hold = Promise.withResolvers<void>()
  await using slow = new StreamClient(hold.promise)
  await slow.open(`${web.server.url}${STREAM}?after=0-0`)
  await using other = new StreamClient()
  await other.open(`${web.server.url}${STREAM}?after=0-0`)
  await other.until(({ states }) => states.includes('live'))
  hold.resolve()
  await slow.until(({ states }) => states.includes('live'))

  expect(new Set(slow.messages.map(({ id }) => id)).size).toBe(rows)
  expect(slow.texts).toEqual(other.texts)
})

test('the stream outlives the database, and goes on where it was', async () => {
  await using server = await ownServer()
  await using web = await startWeb({ databaseUrl: server.url, pollMs: 100 })
  await using client = new StreamClient()
  await client.open(web.server.url + STREAM)
  await client.until(({ states }) => states.includes('live'))
  await server.crash()
  await client.until(({ states }) => states.includes('waiting'))
  await server.start()
  await client.until(({ states }) => states.at(-1) === 'live')
  await using connection = connect(server.url)
  await insertTurn(connection.pool, 'after')
  await client.until(({ messages }) => messages.length === 1)
  expect(client.texts).toEqual(['after'])
})

test('a listening connection that is cut is replaced, and what came meanwhile is sent', async () => {
  await using database = await freshDatabase()
  await using web = await startWeb({ databaseUrl: database.url, pollMs: 60_000 })
  await using client = new StreamClient()
  await client.open(web.server.url + STREAM)
  await client.until(({ states }) => states.includes('live'))
  const cut = () =>
    database.pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where query like 'listen%' and datname = current_database() and pid <> pg_backend_pid()`)
  await until(cut, ({ rowCount }) => rowCount === 1)
  await insertTurn(database.pool, 'unannounced')
  await client.until(({ messages }) => messages.length === 1, 3_000)
  expect(client.texts).toEqual(['unannounced'])
})

test('a database that breaks off every connection is not stormed, and is told of once', async () => {
  let attempts = 0
  const server = createServer((socket) => {
    attempts += 1
    socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await using web = await startWeb({ databaseUrl: `postgres://nobody@127.0.0.1:${port}/nothing`, pollMs: 100 })
  await using client = new StreamClient()
  await client.open(web.server.url + STREAM)
  const begin = performance.now()
  await until(
    () => web.said,
    (said) => said.length > 0,
  )
  const seconds = (performance.now() - begin) / 1000
  server.close()

  // Ten a second by the stream's polls, and a few by what listens.
  expect(attempts).toBeLessThan(seconds * 15)
  expect(web.said).toEqual([expect.stringContaining('new events are not announced')])
})

test('a stream that is opened while the database is away waits for it', async () => {
  await using server = await ownServer()
  await server.stop()
  await using web = await startWeb({ databaseUrl: server.url, pollMs: 50 })
  await using client = new StreamClient()
  await client.open(web.server.url + STREAM)
  await client.until(({ states }) => states.includes('waiting'))
  await server.start()
  await client.until(({ states }) => states.includes('live'))
  expect(client.status).toBe(200)
})
