import { setTimeout as pause } from 'node:timers/promises'
import { connect, readCursors } from '@turnlog/database'
import { freshDatabase, tcpProxy } from '@turnlog/database/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createEventWriter } from '../src/index.ts'
import { segment, turn, turns } from './support/events.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents, readTexts } from './support/rows.ts'

const retry = { delayMs: 5 }

test('everything is written once while the connections are terminated again and again', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry, report })
  const terminating = new AbortController()
  const terminator = terminateAgainAndAgain(database, terminating.signal)

  const expected: string[] = []
  for (let index = 0; index < 60; index += 1) {
    const events = Array.from({ length: 50 }, (_, entry) => turn(`${index}/${entry}`))
    expected.push(...events.map((_, entry) => `${index}/${entry}`))
    expect((await writer.writeSegment(segment(events, { from: index * 500 }))).status).toBe('committed')
  }
  terminating.abort()
  await terminator

  expect(await readTexts(database.db)).toEqual(expected)
  expect(await readCursors(database.db, 'here')).toMatchObject([{ offset: 30_000, tally: { delivered: 30_000 } }])
  expect(report.of('eventDeadLettered')).toEqual([])
  expect(report.of('segmentFenced')).toEqual([])
})

test('a connection that breaks between commit and answer neither loses nor doubles a segment', async () => {
  await using database = await freshDatabase()
  await using proxy = await tcpProxy(database.url)
  await using connection = connect(proxy.url)
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry, report: new ReportRecorder() })
  await writer.writeSegment(segment(turns(2)))

  proxy.cutAnswerTo('commit')
  const cut = await writer.writeSegment(segment(turns(3), { from: 20 }))
  const next = await writer.writeSegment(segment(turns(1), { from: 50 }))

  expect(proxy.cuts).toBe(1)
  expect([cut.status, next.status]).toEqual(['committed', 'committed'])
  expect(await countEvents(database.db)).toBe(6)
  expect(await readCursors(database.db, 'here')).toMatchObject([{ offset: 60, tally: { delivered: 60 } }])
})

test('an event whose answer was lost is found on the second try', async () => {
  await using database = await freshDatabase()
  await using proxy = await tcpProxy(database.url)
  await using connection = connect(proxy.url)
  await using writer = createEventWriter({ db: connection.db, retry, report: new ReportRecorder() })
  await writer.writeEvent(turn())

  proxy.cutAnswerTo('commit')
  const result = await writer.writeEvent(turn())

  expect(result).toMatchObject({ status: 'duplicate', id: expect.any(String) })
  expect(await countEvents(database.db)).toBe(2)
})

test('the answer to the COMMIT of an isolation can be lost as well', async () => {
  await using database = await freshDatabase()
  await sql`alter table events add constraint no_bad check (payload ->> 'text' <> 'bad')`.execute(database.db)
  await using proxy = await tcpProxy(database.url)
  await using connection = connect(proxy.url)
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry, report: new ReportRecorder() })

  proxy.cutAnswerTo('commit')
  const result = await writer.writeSegment(segment([...turns(5), turn('bad')]))

  expect(proxy.cuts).toBe(1)
  expect(result.status).toBe('committed')
  expect(await countEvents(database.db)).toBe(5)
  expect(await readCursors(database.db, 'here')).toMatchObject([{ offset: 60 }])
  expect(await database.db.selectFrom('dead_letters').selectAll().execute()).toHaveLength(1)
})

test('a half-open connection that swallows everything is noticed and replaced', async () => {
  await using database = await freshDatabase()
  await using proxy = await tcpProxy(database.url)
  await using connection = connect(proxy.url, { statementDeadlineMs: 200, connectTimeoutMs: 200 })
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry, report })
  await writer.writeSegment(segment(turns(2)))
  // The notification has a connection, too: it is to be back, so that the next batch goes over an open one.
  await expect.poll(() => connection.pool.idleCount).toBe(connection.pool.totalCount)

  proxy.swallow()
  const result = writer.writeSegment(segment(turns(2), { from: 20 }))
  await expect.poll(() => report.of('writeRetried').length).toBeGreaterThan(0)
  proxy.heal()

  expect((await result).status).toBe('committed')
  expect(report.of('writeRetried')[0]?.error.message).toMatch(/did not answer a statement within 200 ms/)
  expect(await countEvents(database.db)).toBe(4)
})

async function terminateAgainAndAgain(
  database: Awaited<ReturnType<typeof freshDatabase>>,
  signal: AbortSignal,
): Promise<void> {
  for (let events = 0; !signal.aborted; ) {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(database.db)
    // On a busy machine a batch may take longer than this pause, so wait until one got through.
    do await pause(15)
    while (!signal.aborted && events === (await countEvents(database.db)))
    events = await countEvents(database.db)
  }
}
