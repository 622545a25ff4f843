import { connect, readCursors, readDeadLetters } from '@turnlog/database'
import { freshDatabase } from '@turnlog/database/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createBatch } from '../src/batch/batch.ts'
import { isolateBatch } from '../src/batch/isolate-batch.ts'
import { Suspects } from '../src/batch/suspects.ts'
import { createEventWriter } from '../src/index.ts'
import { segment, turn, turns } from './support/events.ts'
import { fakeClock } from './support/fake-clock.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents, refuseBadEvents } from './support/rows.ts'

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
  expect(writer.status()).toMatchObject({ written_count: 999, dead_letter_count: 1, failed_write_count: 0 })
})

test('refused events without a file are answered one by one, their neighbours are written', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '22003')
  await using writer = createEventWriter({ db: database.db, report: new ReportRecorder() })

  const results = await Promise.all(['a', 'bad', 'b', 'bad', 'c'].map((text) => writer.writeEvent(turn(text))))

  expect(results.map((result) => result.status)).toEqual(['written', 'failed', 'written', 'failed', 'written'])
  expect(results[1]).toMatchObject({ keptIn: 'dead_letters', error: { name: 'EventRefusedError', sqlstate: '22003' } })
})

test('raw \\u0000 that slips through is isolated like any other refusal', async () => {
  await using database = await freshDatabase()
  const [good, evil] = [turn('good'), turn('evil')].map((event) => ({
    key: event.event_key as string,
    type: event.event_type,
    json: JSON.stringify({ ...event, timestamp: '2026-01-01T00:00:00Z', session_uuid: null }),
    origin: null,
  })) as [Row, Row]
  const { batch } = createBatch([])
  const rows = [good, { ...evil, json: evil.json.replace('evil', 'ev\\u0000il') }]

  const committed = await isolateBatch(database.db, { host: 'here', epoch: null }, { ...batch, rows }, new Suspects(4))

  expect(committed.inserted).toBe(1)
  expect([...committed.refused.values()]).toMatchObject([{ key: evil.key, sqlstate: '22P05' }])
  expect(await readDeadLetters(database.db)).toMatchObject([{ event: expect.stringContaining('ev\\u0000il') }])
})
type Row = Parameters<typeof isolateBatch>[2]['rows'][number]

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

test('an event that takes the connection down each time is found, and given up alone', async () => {
  await using database = await freshDatabase()
  await sql`create function refuse_deadly() returns trigger language plpgsql as $$ begin
      if new.payload ->> 'text' = 'deadly' then raise exception using errcode = '40P01'; end if;
      return new;
    end $$`.execute(database.db)
  await sql`create trigger refuse_deadly before insert on events for each row execute function refuse_deadly()`.execute(
    database.db,
  )
  const retry = { attempts: 2, delayMs: 1 }
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, host: 'here', clock: fakeClock(), retry, report })
  const events = turns(20)
  events[13] = turn('deadly')

  expect(await writer.writeSegment(segment(events))).toEqual({ status: 'committed', events: 20, deadLetters: 1 })

  expect(await countEvents(database.db)).toBe(19)
  expect(await readDeadLetters(database.db)).toMatchObject([{ offset: 130, reason: 'retries_exhausted' }])
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

test('a table that is missing is nobody’s poison: it waits until somebody repairs it', async () => {
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
