import { readCursors, readDeadLetters } from '@turnlog/database'
import { freshDatabase } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { createEventWriter, type Segment } from '../src/index.ts'
import { notAnEvent, segment, turn, turns } from './support/events.ts'
import { fakeClock } from './support/fake-clock.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents, readTexts, refuseAllEvents, refuseAllNoMore } from './support/rows.ts'
import { waitUntil } from './support/wait-until.ts'

test('events and cursor are committed together', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })

  const result = await writer.writeSegment(segment(turns(3)))

  expect(result).toEqual({ status: 'committed', events: 3, deadLetters: 0 })
  expect(await readTexts(database.db)).toEqual(['turn 0', 'turn 1', 'turn 2'])
  expect(await readCursors(database.db, 'here')).toEqual([
    {
      ...segment(turns(3)).cursor,
      tally: { delivered: 30, skipped: {} },
      unknownTypes: {},
    },
  ])
})

test('a failure in the middle leaves nothing: no event, no cursor', async () => {
  await using database = await freshDatabase()
  await refuseAllEvents(database.db, '53100')
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, host: 'here', retry: { delayMs: 1 }, report })

  const result = writer.writeSegment(segment([turn('first'), turn('second'), turn('bad')]))
  await waitUntil(() => report.of('outageBegan').length > 0)

  expect(await countEvents(database.db)).toBe(0)
  expect(await readCursors(database.db, 'here')).toEqual([])
  expect(report.of('writeFailed')).toMatchObject([{ attempts: 4, keptIn: 'file' }])

  await refuseAllNoMore(database.db)
  expect((await result).status).toBe('committed')
  expect(await readTexts(database.db)).toEqual(['first', 'second', 'bad'])
})

test('segments of a file that were handed in one after another make one step of its cursor', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })
  const skipping: Segment = {
    ...segment([turn()], { from: 20 }),
    skipped: [{ offset: 21, length: 4, reason: 'malformed', detail: 'no \u0000 JSON' }],
    tally: { delivered: 6, skipped: { malformed: 4 } },
    unknownTypes: { novelty: 2 },
  }

  const results = await Promise.all([
    writer.writeSegment(segment(turns(2))),
    writer.writeSegment(skipping),
    writer.writeSegment(segment(turns(1), { file: '2' })),
    writer.writeSegment({ ...skipping, ...segment([], { from: 30 }), skipped: [] }),
  ])

  expect(results.map((result) => result.status)).toEqual(['committed', 'committed', 'committed', 'committed'])
  const cursors = await readCursors(database.db, 'here')
  expect(cursors.find((cursor) => cursor.path.includes('1'))).toMatchObject({
    offset: 30,
    tally: { delivered: 26, skipped: { malformed: 4 } },
    unknownTypes: { novelty: 2 },
  })
  const skipped = await database.db.selectFrom('skipped_ranges').selectAll().execute()
  expect(skipped).toMatchObject([{ offset: '21', length: '4', reason: 'malformed', detail: 'no \u2400 JSON' }])
})

test('a segment that does not begin at the cursor is fenced and writes nothing', async () => {
  await using database = await freshDatabase()
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, host: 'here', report })
  await writer.writeSegment(segment(turns(2)))

  const gap = await writer.writeSegment(segment(turns(2), { from: 30 }))
  const unknownFile = await writer.writeSegment(segment(turns(2), { from: 30, file: '9' }))

  expect([gap.status, unknownFile.status]).toEqual(['fenced', 'fenced'])
  expect(await countEvents(database.db)).toBe(2)
  expect(report.of('segmentFenced')).toMatchObject([{ lost: 'cursor' }, { lost: 'cursor' }])
})

test('a fenced segment does not take its neighbours in the batch with it', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here', report: new ReportRecorder() })

  const [fenced, other, event] = await Promise.all([
    writer.writeSegment(segment(turns(2), { from: 30 })),
    writer.writeSegment(segment(turns(2), { file: '2' })),
    writer.writeEvent(turn('alone')),
  ])

  expect([fenced.status, other.status, event.status]).toEqual(['fenced', 'committed', 'written'])
  expect(await countEvents(database.db)).toBe(3)
})

test('a segment that was committed already is recognised, and its events are there once', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })
  const again = segment(turns(2), { from: 20 })
  await writer.writeSegment(segment(turns(2)))
  await writer.writeSegment(again)

  expect((await writer.writeSegment(again)).status).toBe('committed')
  expect(await countEvents(database.db)).toBe(4)
})

test('a new generation begins the file again, and the same entries are not doubled', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here', report: new ReportRecorder() })
  const events = turns(3)
  await writer.writeSegment(segment(events))

  const result = await writer.writeSegment(
    segment([...events, turn('new')], { generation: 1, generationReason: 'rewritten' }),
  )
  const late = await writer.writeSegment(segment(turns(1), { from: 30 }))

  expect([result.status, late.status]).toEqual(['committed', 'fenced'])
  expect(await readTexts(database.db)).toEqual(['turn 0', 'turn 1', 'turn 2', 'new'])
  expect(await readCursors(database.db, 'here')).toMatchObject([
    { generation: 1, offset: 40, tally: { delivered: 40 } },
  ])
})

test('a new generation may begin in the same batch in which the old one ends', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })
  const results = await Promise.all([
    writer.writeSegment(segment(turns(3))),
    writer.writeSegment(segment(turns(1), { generation: 1, generationReason: 'truncated' })),
    writer.writeSegment(segment(turns(1), { generation: 1, from: 10 })),
  ])
  expect(results.map((result) => result.status)).toEqual(['committed', 'committed', 'committed'])
  expect(await readCursors(database.db, 'here')).toMatchObject([
    { generation: 1, offset: 20, tally: { delivered: 20 } },
  ])
})

test('a segment without bytes moves only the state', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })
  await writer.writeSegment(segment(turns(1)))
  const idle = segment([], { from: 10 })

  await writer.writeSegment({ ...idle, cursor: { ...idle.cursor, state: { ended: true } } })

  expect(await readCursors(database.db, 'here')).toMatchObject([{ offset: 10, state: { ended: true } }])
})

test('an invalid event of a file becomes a dead letter that names its issues, and the cursor moves past it', async () => {
  await using database = await freshDatabase()
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, host: 'here', report })
  const invalid = notAnEvent({ event_type: 'turn_detected', payload: { text: 'half \u0000 \ud800' } })

  const result = await writer.writeSegment(segment([turn('one'), invalid, turn('two')]))

  expect(result).toEqual({ status: 'committed', events: 3, deadLetters: 1 })
  expect(await readTexts(database.db)).toEqual(['one', 'two'])
  expect(await readDeadLetters(database.db)).toMatchObject([
    {
      path: '/transcripts/1.jsonl',
      offset: 10,
      length: 10,
      event: JSON.stringify(invalid),
      sqlstate: null,
      reason: expect.stringMatching(/^invalid: payload.session_uuid: required, missing; /),
    },
  ])
  expect(writer.status()).toMatchObject({ rejected_count: 1, dead_letter_count: 1 })
  expect(await readCursors(database.db, 'here')).toMatchObject([{ offset: 30 }])
})

test('text that Postgres cannot store does not stop a cursor', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })
  const awkward = segment(turns(1))
  const cursor = { ...awkward.cursor, state: { title: 'a\u0000b\ud800' } }
  expect((await writer.writeSegment({ ...awkward, cursor })).status).toBe('committed')
})

test('a large segment goes through whole', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })
  const big = segment([...turns(2_500), turn('x'.repeat(6_000_000))])
  expect(await writer.writeSegment(big)).toMatchObject({ status: 'committed', events: 2_501 })
  expect(await countEvents(database.db)).toBe(2_501)
})

test('a closed writer takes no more segments', async () => {
  await using database = await freshDatabase()
  const writer = createEventWriter({ db: database.db, clock: fakeClock() })
  await writer.close()
  expect(await writer.writeSegment(segment(turns(1)))).toEqual({ status: 'closed' })
})
