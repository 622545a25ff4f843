import { connect, readCursors } from '@turnlog/database'
import { freshDatabase } from '@turnlog/database/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { acquireLease, createEventWriter } from '../src/index.ts'
import { segment, turn, turns } from './support/events.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents } from './support/rows.ts'
import { waitUntil } from './support/wait-until.ts'

const quick = { intervalMs: 20 }

test('a second watcher waits for the first, is told who that is, and takes over with a higher epoch', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  const first = await acquireLease({ connection, host: 'here', holder: 'first', ...quick })
  const waitingFor: (string | null)[] = []
  const onWaiting = ({ holder }: { holder: string | null }): void => void waitingFor.push(holder)
  const waiting = acquireLease({ connection, host: 'here', holder: 'second', onWaiting, ...quick })
  await waitUntil(() => waitingFor.length > 0)

  await first.release()
  await using second = await waiting

  expect(waitingFor).toEqual(['first'])
  expect([first.epoch, second.epoch]).toEqual(['1', '2'])
  expect(first.lost.aborted).toBe(true)
  expect(second.lost.aborted).toBe(false)
})

test('a lease that is let go soon is taken soon, however seldom a long wait asks', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  const first = await acquireLease({ connection, host: 'here', holder: 'first' })
  const onWaiting = (): void => void first.release()
  await using _second = await acquireLease({
    connection,
    host: 'here',
    holder: 'second',
    onWaiting,
    // Longer than the test may take.
    intervalMs: 600_000,
  })
})

test('watchers of different hosts do not wait for each other', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  await using here = await acquireLease({ connection, host: 'here', holder: 'a', ...quick })
  await using there = await acquireLease({ connection, host: 'there', holder: 'b', ...quick })
  expect([here.epoch, there.epoch]).toEqual(['1', '1'])
})

test('waiting for a lease can be ended', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  await using _first = await acquireLease({ connection, host: 'here', holder: 'first', ...quick })
  const stop = new AbortController()
  const waiting = acquireLease({ connection, host: 'here', holder: 'second', signal: stop.signal, ...quick })
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test('an owner that was paused and replaced cannot move cursors, and says so', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  const report = new ReportRecorder()
  await using old = await acquireLease({ connection, host: 'here', holder: 'old', ...quick })
  await using oldWriter = createEventWriter({ db: connection.db, host: 'here', lease: old, report })
  await oldWriter.writeSegment(segment(turns(2)))

  // Its connection is dropped behind its back, as it is for a process that was stopped for long.
  await sql`select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory'`.execute(database.db)
  await using young = await acquireLease({ connection, host: 'here', holder: 'young', ...quick })
  await using youngWriter = createEventWriter({ db: connection.db, host: 'here', lease: young, report })

  const late = await oldWriter.writeSegment(segment(turns(2), { from: 20 }))
  const afterwards = await oldWriter.writeSegment(segment(turns(2), { file: '2' }))
  expect([late.status, afterwards.status]).toEqual(['fenced', 'fenced'])
  expect(await readCursors(database.db, 'here')).toMatchObject([{ offset: 20 }])
  expect(await countEvents(database.db)).toBe(2)
  expect(report.of('segmentFenced')).toMatchObject([{ lost: 'lease' }])
  await waitUntil(() => old.lost.aborted)

  expect((await youngWriter.writeSegment(segment(turns(2), { from: 20 }))).status).toBe('committed')
})

test('an event without a file does not need the lease: its identity is enough', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  const old = await acquireLease({ connection, host: 'here', holder: 'old', ...quick })
  await using writer = createEventWriter({ db: connection.db, host: 'here', lease: old, report: new ReportRecorder() })
  await old.release()
  await using _young = await acquireLease({ connection, host: 'here', holder: 'young', ...quick })

  const [fenced, written] = await Promise.all([writer.writeSegment(segment(turns(2))), writer.writeEvent(turn())])

  expect([fenced.status, written.status]).toEqual(['fenced', 'written'])
})

test('a batch of the old owner that is still in flight when the lease changes hands leaves nothing', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  const old = await acquireLease({ connection, host: 'here', holder: 'old', ...quick })
  await sql`create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.4); return new; end $$`.execute(
    database.db,
  )
  await sql`create trigger slow before insert on events for each row execute function slow()`.execute(database.db)
  await using writer = createEventWriter({ db: connection.db, host: 'here', lease: old, report: new ReportRecorder() })
  const batch = writer.writeSegment(segment([turn()]))
  await waitUntil(async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where wait_event = 'PgSleep'`.execute(database.db)
    return rows.length > 0
  })

  await old.release()
  await using _young = await acquireLease({ connection, host: 'here', holder: 'young', ...quick })

  // What the new owner reads after it took the lease is what stays: nothing of the old owner comes in later.
  expect(await readCursors(database.db, 'here')).toEqual([])
  expect((await batch).status).toBe('fenced')
  expect(await readCursors(database.db, 'here')).toEqual([])
  expect(await countEvents(database.db)).toBe(0)
})
