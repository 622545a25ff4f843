import { connect, readCursors } from '@turnlog/database'
import { freshDatabase, ownServer } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { createEventWriter } from '../src/index.ts'
import { segment, turn, turns } from './support/events.ts'
import { fakeClock } from './support/fake-clock.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents, readTexts, refuseBadEvents, refuseNoMore } from './support/rows.ts'
import { scratch } from './support/scratch.ts'
import { waitUntil } from './support/wait-until.ts'

const retry = { delayMs: 10 }

test('through a stop of the server segments wait, events go to the spool, and all is there once afterwards', async () => {
  await using server = await ownServer()
  await using connection = connect(server.url)
  await using directory = await scratch()
  const report = new ReportRecorder()
  await using writer = createEventWriter({
    db: connection.db,
    host: 'here',
    retry,
    report,
    spool: { directory: directory.path },
  })
  await writer.writeSegment(segment(turns(5)))

  await server.stop('immediate')
  const waiting = [0, 1, 2].map((index) => writer.writeSegment(segment(turns(5), { from: 50 + index * 50 })))
  const first = await writer.writeEvent(turn('spooled 1'))
  const second = await writer.writeEvent(turn('spooled 2'))
  expect([first, second]).toMatchObject([
    { status: 'failed', attempts: 4, keptIn: 'spool' },
    { status: 'failed', attempts: 4, keptIn: 'spool' },
  ])
  expect(writer.status()).toMatchObject({ spooled_count: 2, failed_write_count: 17, pending_count: 15 })
  expect(writer.status().outage).toMatchObject({ cause: 'database' })

  await server.start()
  const results = await Promise.all(waiting)

  expect(results.map((result) => result.status)).toEqual(['committed', 'committed', 'committed'])
  const texts = await readTexts(connection.db)
  expect(texts.slice(5, 7)).toEqual(['spooled 1', 'spooled 2'])
  expect(texts).toHaveLength(22)
  expect(await readCursors(connection.db, 'here')).toMatchObject([{ offset: 200, tally: { delivered: 200 } }])
  expect(writer.status()).toMatchObject({ spooled_count: 0, pending_count: 0, outage: null })
  expect(report.of('outageBegan')).toHaveLength(1)
  expect(report.of('outageEnded')).toHaveLength(1)
})

test('a writer can start before its database does', async () => {
  await using server = await ownServer()
  await using connection = connect(server.url)
  await server.stop()
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry, report: new ReportRecorder() })
  const waiting = writer.writeSegment(segment(turns(3)))
  await waitUntil(() => writer.status().outage !== null)
  await server.start()
  expect((await waiting).status).toBe('committed')
})

test('a crash of the server in the middle of the writing costs nothing', async () => {
  await using server = await ownServer()
  await using connection = connect(server.url)
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry, report })
  const results = Array.from({ length: 40 }, (_, index) =>
    writer.writeSegment(segment(turns(100), { from: index * 1_000 })),
  )
  await results[1]
  await server.crash()
  await server.start()

  expect(new Set((await Promise.all(results)).map((result) => result.status))).toEqual(new Set(['committed']))
  expect(await countEvents(connection.db)).toBe(4_000)
  expect(await readCursors(connection.db, 'here')).toMatchObject([{ offset: 40_000 }])
  expect(report.of('eventDeadLettered')).toEqual([])
})

test('what an earlier process left in the spool is written first, oldest first', async () => {
  await using database = await freshDatabase()
  await using directory = await scratch()
  await refuseBadEvents(database.db, '53100')
  const spool = { directory: directory.path }
  const options = { db: database.db, clock: fakeClock(), report: new ReportRecorder(), spool }
  const before = createEventWriter(options)
  await Promise.all([before.writeEvent(turn('bad')), before.writeEvent(turn('old'))])
  expect(before.status().spooled_count).toBe(2)
  await before.close()
  await refuseNoMore(database.db)

  await using after = createEventWriter(options)
  await after.writeEvent(turn('new'))

  expect(await readTexts(database.db)).toEqual(['bad', 'old', 'new'])
  expect(after.status()).toMatchObject({ spooled_count: 0, written_count: 3 })
})

test('closing in an outage puts events in the spool and leaves segments to their files', async () => {
  await using server = await ownServer()
  await using connection = connect(server.url)
  await using directory = await scratch()
  const spool = { directory: directory.path }
  const options = { db: connection.db, host: 'here', retry, report: new ReportRecorder(), spool }
  const writer = createEventWriter(options)
  await server.stop('immediate')
  const waiting = writer.writeSegment(segment(turns(3)))
  await waitUntil(() => writer.status().outage !== null)
  const event = writer.writeEvent(turn('last words'))
  await writer.close()

  expect(await waiting).toEqual({ status: 'closed' })
  expect(await event).toMatchObject({ status: 'failed', keptIn: 'spool' })
  await server.start()
  await using next = createEventWriter(options)
  await waitUntil(() => next.status().written_count === 1)
  expect(await readTexts(connection.db)).toEqual(['last words'])
})

test('a spool without room holds events back instead of dropping them', async () => {
  await using database = await freshDatabase()
  await using directory = await scratch()
  await refuseBadEvents(database.db, '53100')
  const report = new ReportRecorder()
  const spool = { directory: directory.path, maxBytes: 700 }
  await using writer = createEventWriter({ db: database.db, retry: { delayMs: 1 }, report, spool })

  const first = await writer.writeEvent(turn('bad'))
  const second = writer.writeEvent(turn('bad', { note: 'x'.repeat(700) }))
  await waitUntil(() => report.of('spoolUnusable').length > 0)
  expect(first).toMatchObject({ status: 'failed', keptIn: 'spool' })
  expect(report.of('spoolUnusable')).toMatchObject([{ error: { name: 'SpoolFullError' } }])
  expect(writer.status()).toMatchObject({ pending_count: 1, spooled_count: 1 })

  await refuseNoMore(database.db)
  expect((await second).status).toBe('written')
  expect(await countEvents(database.db)).toBe(2)
})
