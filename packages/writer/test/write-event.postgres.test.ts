import { freshDatabase } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { createEventWriter } from '../src/index.ts'
import { notAnEvent, turn, turns } from './support/events.ts'
import { fakeClock } from './support/fake-clock.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents, readTexts, refuseBadEvents } from './support/rows.ts'

test('an event is persisted and success is returned with its id', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })
  const event = turn('the words')

  const result = await writer.writeEvent(event)

  const row = await database.db.selectFrom('events').selectAll().executeTakeFirstOrThrow()
  expect(result).toEqual({ status: 'written', id: row.id })
  expect(row).toMatchObject({ event_key: event.event_key, event_type: 'turn_detected', session_uuid: 'session-1' })
  expect(row).toMatchObject({ host: 'here', payload: event.payload, timestamp: new Date('2026-01-02T03:04:05.678Z') })
  expect(writer.status()).toMatchObject({
    written_count: 1,
    pending_count: 0,
    last_write_timestamp: expect.any(String),
  })
})

test('an event that is there already is answered with the id of its row', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db })
  const event = turn()

  const first = await writer.writeEvent(event)
  const together = await Promise.all([writer.writeEvent(event), writer.writeEvent(event)])

  const id = first.status === 'written' ? first.id : ''
  expect(together).toEqual([
    { status: 'duplicate', id },
    { status: 'duplicate', id },
  ])
  expect(await countEvents(database.db)).toBe(1)
  expect(writer.status()).toMatchObject({ written_count: 1, duplicate_count: 2 })
})

test('of two calls with the same event in one batch, one writes it and the other finds it', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db })
  const event = turn()
  const results = await Promise.all([writer.writeEvent(event), writer.writeEvent(event)])
  expect(results.map((result) => result.status)).toEqual(['written', 'duplicate'])
})

test('an unknown type is rejected with a warning and not written', async () => {
  await using database = await freshDatabase()
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, report })

  const result = await writer.writeEvent(notAnEvent({ event_type: 'coffee_made', payload: {} }))

  expect(result).toMatchObject({ status: 'rejected', issues: [{ path: 'event_type', received: '"coffee_made"' }] })
  expect(report.of('eventRejected')).toMatchObject([{ event_type: 'coffee_made' }])
  expect(writer.status().rejected_count).toBe(1)
  expect(await countEvents(database.db)).toBe(0)
})

test('an invalid payload is rejected with every issue by its path', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, report: new ReportRecorder() })

  const result = await writer.writeEvent(
    notAnEvent({
      event_type: 'session_ended',
      payload: { session_uuid: 's', reason: 'boredom', duration_seconds: -1 },
    }),
  )

  const paths = result.status === 'rejected' ? result.issues.map((issue) => issue.path) : []
  expect(paths).toEqual(['payload.reason', 'payload.duration_seconds'])
})

test('what cannot be serialized is rejected, not thrown', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, report: new ReportRecorder() })
  expect(await writer.writeEvent(turn('hello', { count: 1n }))).toMatchObject({ status: 'rejected' })
})

test('a transient failure is retried up to three times, waiting longer each time', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '40001', 3)
  const clock = fakeClock()
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, clock, report })

  const result = await writer.writeEvent(turn('bad'))

  expect(result.status).toBe('written')
  expect(clock.waits).toEqual([125, 250, 500])
  expect(report.of('writeRetried').map((retry) => retry.attempt)).toEqual([1, 2, 3])
  expect(writer.status()).toMatchObject({ retry_count: 3, failed_write_count: 0, written_count: 1 })
})

test('a permanent failure is not retried', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '23514')
  const clock = fakeClock()
  await using writer = createEventWriter({ db: database.db, clock, report: new ReportRecorder() })

  expect(await writer.writeEvent(turn('bad'))).toMatchObject({ status: 'failed', attempts: 1, keptIn: 'dead_letters' })
  expect(clock.waits).toEqual([])
})

test('after the last retry the failure is reported with the details, counted, and processing continues', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '53100')
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, clock: fakeClock(), report })

  const bad = turn('bad')
  const result = await writer.writeEvent(bad)
  const next = await writer.writeEvent(turn('good'))

  expect(result).toMatchObject({ status: 'failed', attempts: 4, keptIn: 'dead_letters', error: { sqlstate: '53100' } })
  expect(next.status).toBe('written')
  expect(report.of('eventDeadLettered')).toMatchObject([
    { attempts: 4, event_key: bad.event_key, session_uuid: 'session-1', event: expect.stringContaining('"bad"') },
  ])
  expect(writer.status().failed_write_count).toBe(1)
  expect(await readTexts(database.db)).toEqual(['good'])
})

test('the number of retries and the first delay are the caller’s to choose', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '53100')
  const clock = fakeClock(0)
  const retry = { attempts: 1, delayMs: 30 }
  await using writer = createEventWriter({ db: database.db, clock, retry, report: new ReportRecorder() })
  expect(await writer.writeEvent(turn('bad'))).toMatchObject({ status: 'failed', attempts: 2 })
  expect(clock.waits[0]).toBe(30)
})

test('calls that overlap travel together, in order', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db })

  await Promise.all(turns(500).map((event) => writer.writeEvent(event)))

  const rows = await database.db.selectFrom('events').select('transaction_id').distinct().execute()
  expect(rows).toHaveLength(1)
  expect(await readTexts(database.db)).toEqual(turns(500).map((_, index) => `turn ${index}`))
})

test('one notification without payload follows a commit', async () => {
  await using database = await freshDatabase()
  const listener = await database.pool.connect()
  const heard: (string | undefined)[] = []
  listener.on('notification', (message) => heard.push(message.payload))
  await listener.query('listen turnlog_events')
  await using writer = createEventWriter({ db: database.db })

  await Promise.all(turns(20).map((event) => writer.writeEvent(event)))
  await expect.poll(() => heard).toEqual([''])
  await writer.writeEvent(turn())
  await expect.poll(() => heard).toEqual(['', ''])

  listener.release(true)
})

test('flush waits for everything that was handed in', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db })
  const results = turns(50).map((event) => writer.writeEvent(event))
  await writer.flush()
  expect(await countEvents(database.db)).toBe(50)
  await Promise.all(results)
})

test('close writes what is pending, and a closed writer says so', async () => {
  await using database = await freshDatabase()
  const writer = createEventWriter({ db: database.db, report: new ReportRecorder() })
  const pending = turns(50).map((event) => writer.writeEvent(event))
  await Promise.all([writer.close(), writer.close()])
  expect(await countEvents(database.db)).toBe(50)
  await Promise.all(pending)
  expect(await writer.writeEvent(turn())).toMatchObject({ status: 'failed', error: { name: 'WriterClosedError' } })
  expect(writer.status().failed_write_count).toBe(1)
})

test('options that make no sense are refused', async () => {
  await using database = await freshDatabase()
  expect(() => createEventWriter({ db: database.db, retry: { attempts: -1 } })).toThrow(/retry.attempts/)
})
