import { connect, readCursors, readDeadLetters } from '@turnlog/database'
import { freshDatabase } from '@turnlog/database/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createRowBatch } from '../src/batch/batch.ts'
import { isolateRows } from '../src/batch/isolate-rows.ts'
import { createEventWriter } from '../src/index.ts'
import { segment, turn, turns } from './support/events.ts'
import { fakeClock } from './support/fake-clock.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents, readTexts, refuseAtCommit, refuseBadEvents } from './support/rows.ts'

test('of 1,000 events of which one is refused, 999 are written and one is a dead letter, in a few statements', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '23514')
  let statements = 0
  const counting = database.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => {
      statements += 1
      return Promise.resolve(result)
    },
  })
  await using writer = createEventWriter({ db: counting, host: 'here', report: new ReportRecorder() })
  const events = turns(1_000)
  const bad = turn('bad')
  events[777] = bad

  expect(await writer.writeSegment(segment(events))).toEqual({ status: 'committed', events: 1_000, deadLetters: 1 })

  expect(await countEvents(database.db)).toBe(999)
  expect(await readCursors(database.db, 'here')).toMatchObject([{ offset: 10_000 }])
  expect(await readDeadLetters(database.db)).toMatchObject([
    {
      event_key: bad.event_key,
      event_type: 'turn_detected',
      host: 'here',
      event: expect.stringContaining('"bad"'),
      path: '/transcripts/1.jsonl',
      device: '64',
      inode: '1',
      offset: 7_770,
      length: 10,
      sha256: expect.stringMatching(/^[\da-f]{64}$/),
      sqlstate: '23514',
      reason: 'refused for the test',
    },
  ])
  // Ten halvings: two inserts each, every one with its savepoint, and a handful around them.
  expect(statements).toBeLessThan(75)
  expect(writer.status()).toMatchObject({ written_count: 999, dead_letter_count: 1, failed_write_count: 1 })
})

test('refused events without a file are answered one by one, their neighbours are written', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '22003')
  await using writer = createEventWriter({ db: database.db, report: new ReportRecorder() })

  const results = await Promise.all(['a', 'bad', 'b', 'bad', 'c'].map((text) => writer.writeEvent(turn(text))))

  expect(results.map((result) => result.status)).toEqual(['written', 'failed', 'written', 'failed', 'written'])
  expect(results[1]).toMatchObject({ keptIn: 'dead_letters', error: { name: 'EventRefusedError', sqlstate: '22003' } })
})

test('raw \\u0000 in the JSON of a row is isolated like any other refusal', async () => {
  await using database = await freshDatabase()
  const [good, evil] = [turn('good'), turn('evil')].map((event) => ({
    key: event.event_key as string,
    type: event.event_type,
    session: null,
    json: JSON.stringify({ ...event, timestamp: '2026-01-01T00:00:00Z', session_uuid: null }),
    origin: null,
  })) as [Row, Row]
  const rows = [good, { ...evil, json: evil.json.replace('evil', 'ev\\u0000il') }]
  const failure = { error: new Error('as a whole'), attempts: 1 }

  const committed = await isolateRows(database.db, { host: 'here', fence: null }, createRowBatch(rows), failure, {})

  expect([...committed.newIds.keys()]).toEqual([good.key])
  expect([...committed.refused.values()]).toMatchObject([{ key: evil.key, sqlstate: '22P05', attempts: 2 }])
  expect(await readDeadLetters(database.db)).toMatchObject([{ event: expect.stringContaining('ev\\u0000il') }])
})
type Row = Parameters<typeof createRowBatch>[0][number]

test('what Postgres cannot store in a string is repaired before, so nothing is lost', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, report: new ReportRecorder() })
  expect((await writer.writeEvent(turn('a\u0000b \ud800 c'))).status).toBe('written')
  const { rows } = await sql<{ text: string }>`select payload ->> 'text' as text from events`.execute(database.db)
  expect(rows).toEqual([{ text: 'a\u2400b \ufffd c' }])
})

test('nesting too deep for the database costs that event alone', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here', report: new ReportRecorder() })
  let deep: object = {}
  for (let depth = 0; depth < 20_000; depth += 1) deep = { d: deep }

  const result = await writer.writeSegment(segment([turn('before'), turn('deep', { deep }), turn('after')]))

  expect(result).toEqual({ status: 'committed', events: 3, deadLetters: 1 })
  expect(await countEvents(database.db)).toBe(2)
})

test.each(['40001', '57014', '40P01', '53100', '57P01'])(
  'an event that always fails with %s is found after the retries, although the fault looks transient',
  async (sqlstate) => {
    await using database = await freshDatabase()
    await refuseBadEvents(database.db, sqlstate)
    const retry = { attempts: 2, delayMs: 1 }
    const report = new ReportRecorder()
    await using writer = createEventWriter({ db: database.db, host: 'here', clock: fakeClock(), retry, report })
    const events = turns(20)
    events[13] = turn('bad')

    expect(await writer.writeSegment(segment(events))).toEqual({ status: 'committed', events: 20, deadLetters: 1 })

    expect(await countEvents(database.db)).toBe(19)
    expect(await readDeadLetters(database.db)).toMatchObject([{ offset: 130, sqlstate }])
    expect(report.of('outageBegan')).toEqual([])
    expect(report.of('writeRetried')).toHaveLength(2)
    expect(writer.status()).toMatchObject({ failed_write_count: 1, dead_letter_count: 1 })
  },
)

test('a lone event that always fails has one attempt and its retries, no more', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '40001')
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, clock: fakeClock(), report })

  const result = await writer.writeEvent(turn('bad'))

  expect(result).toMatchObject({ status: 'failed', attempts: 4, keptIn: 'dead_letters' })
  // The trigger counts each time that it refuses the event.
  const { rows } = await sql<{ refusals: string }>`select last_value as refusals from refusals`.execute(database.db)
  expect(rows).toEqual([{ refusals: '4' }])
  expect(report.of('eventDeadLettered')).toMatchObject([{ attempts: 4, event_type: 'turn_detected' }])
})

test('each row that is left alone gets one attempt, and says how many it had', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '40001')
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, host: 'here', clock: fakeClock(), report })

  await writer.writeSegment(segment([turn('bad'), turn('good')]))

  // Four times with its neighbour, once alone.
  expect(report.of('eventDeadLettered')).toMatchObject([{ attempts: 5, path: '/transcripts/1.jsonl', offset: 0 }])
})

test('two files with events that always fail stop neither each other nor other files', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '57014')
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, host: 'here', retry: { delayMs: 1 }, report })

  const results = await Promise.all(
    ['1', '2', '3'].map((file) =>
      writer.writeSegment(segment([turn(file === '3' ? 'fine' : 'bad'), turn()], { file })),
    ),
  )

  expect(results.map((result) => result.status)).toEqual(['committed', 'committed', 'committed'])
  expect(await countEvents(database.db)).toBe(4)
  expect(await readDeadLetters(database.db)).toHaveLength(2)
  expect(report.of('outageBegan')).toEqual([])
})

test('a deferred check that fails at the commit finds its row', async () => {
  await using database = await freshDatabase()
  await refuseAtCommit(database.db, "new.payload ->> 'text' = 'bad'")
  await using writer = createEventWriter({ db: database.db, host: 'here', report: new ReportRecorder() })

  const result = await writer.writeSegment(segment([turn('a'), turn('bad'), turn('b')]))

  expect(result).toEqual({ status: 'committed', events: 3, deadLetters: 1 })
  expect(await readTexts(database.db)).toEqual(['a', 'b'])
})

test('a dead letter that cannot hold its event is stored without it', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '23514')
  await sql`alter table dead_letters add constraint small check (event is null or length(event) < 10)`.execute(
    database.db,
  )
  await using writer = createEventWriter({ db: database.db, host: 'here', report: new ReportRecorder() })
  expect(await writer.writeSegment(segment([turn('bad')]))).toMatchObject({ status: 'committed', deadLetters: 1 })
  expect(await readDeadLetters(database.db)).toMatchObject([{ event: null, sqlstate: '23514', offset: 0 }])
})

test('an event whose connection is lost in every attempt is not accused', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  await sql`create sequence losses`.execute(database.db)
  await sql`create function lose_connection() returns trigger language plpgsql as $$ begin
      if nextval('losses') <= 3 then perform pg_terminate_backend(pg_backend_pid()); end if;
      return new;
    end $$`.execute(database.db)
  await sql`create trigger lose_connection before insert on events for each row execute function lose_connection()`.execute(
    database.db,
  )
  const retry = { attempts: 2, delayMs: 1 }
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry, report: new ReportRecorder() })

  expect(await writer.writeSegment(segment([turn('innocent')]))).toMatchObject({ status: 'committed', deadLetters: 0 })

  expect(await readTexts(database.db)).toEqual(['innocent'])
  expect(await readDeadLetters(database.db)).toEqual([])
})

test('a dead letter is written once, however often its file is read', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '23514')
  await using writer = createEventWriter({ db: database.db, host: 'here', report: new ReportRecorder() })
  const events = [turn('bad'), turn('good')]
  await writer.writeSegment(segment(events))
  await writer.writeSegment(segment(events, { generation: 1, generationReason: 'rewritten' }))
  expect(await readDeadLetters(database.db)).toHaveLength(1)
  expect(await countEvents(database.db)).toBe(1)
})

test('a missing table accuses no row: everything waits until a person repairs it', async () => {
  await using database = await freshDatabase()
  await using other = connect(database.url)
  await sql`alter table events rename to events_away`.execute(other.db)
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, host: 'here', clock: fakeClock(), report })

  const waiting = writer.writeSegment(segment(turns(3)))
  await expect
    .poll(() => report.of('outageBegan'))
    .toMatchObject([{ cause: 'configuration', error: { code: '42P01' } }])
  expect(writer.status().outage).toMatchObject({ cause: 'configuration' })
  await sql`alter table events_away rename to events`.execute(other.db)

  expect((await waiting).status).toBe('committed')
  expect(report.of('eventDeadLettered')).toEqual([])
  expect(writer.status().outage).toBeNull()
})
