import { connect, readCursors } from '@turnlog/database'
import { type FreshDatabase, freshDatabase } from '@turnlog/database/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { type AcquireLeaseOptions, acquireLease, createEventWriter, type Lease, revokeLease } from '../src/index.ts'
import { segment, turn, turns } from './support/events.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents } from './support/rows.ts'
import { waitUntil } from './support/wait-until.ts'

const NAME = 'watcher:here'

/** A lease with short times; each owner has a state directory of its own unless the test says otherwise. */
function take(database: FreshDatabase, owner: string, options: Partial<AcquireLeaseOptions> = {}): Promise<Lease> {
  const holder = { stateDirectoryId: `directory of ${owner}`, instance: owner }
  return acquireLease({ db: database.db, name: NAME, holder, renewMs: 50, expiryMs: 500, pollMs: 20, ...options })
}

test('a second watcher waits for the first, is told its name, and takes over with a higher epoch', async () => {
  await using database = await freshDatabase()
  const first = await take(database, 'first')
  const waitingFor: string[] = []
  const waiting = take(database, 'second', { onWaiting: ({ instance }) => void waitingFor.push(instance) })
  await waitUntil(() => waitingFor.length > 0)

  await first.release()
  await using second = await waiting

  expect(waitingFor).toEqual(['first'])
  expect([first.epoch, second.epoch]).toEqual(['1', '2'])
  expect(first.lost.aborted).toBe(true)
  expect(second.lost.aborted).toBe(false)
})

test('a lease that is renewed is never taken; one that is not renewed any more is', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url, { poolSize: 1 })
  const first = await acquireLease({
    db: connection.db,
    name: NAME,
    holder: { stateDirectoryId: 'a', instance: 'first' },
    renewMs: 50,
  })
  let isTaken = false
  const waiting = take(database, 'second').then((lease) => {
    isTaken = true
    return lease
  })
  // More than the time after which it would have expired.
  const renewals = new Set<string>()
  await waitUntil(async () => {
    const { rows } = await sql<{ at: string }>`select renewed_at::text as at from leases`.execute(database.db)
    renewals.add(rows[0]?.at ?? '')
    return renewals.size > 15
  })
  expect(isTaken).toBe(false)

  // As a process that was killed: nothing of it renews the lease, and nothing releases it.
  await connection.close()
  await using second = await waiting
  expect([first.epoch, second.epoch]).toEqual(['1', '2'])
})

test('the first lease of a process follows its predecessor in the same state directory immediately', async () => {
  await using database = await freshDatabase()
  const holder = { stateDirectoryId: 'the same', instance: 'killed' }
  await using _killed = await take(database, 'killed', { holder, renewMs: 3_600_000 })
  const again = { stateDirectoryId: 'the same', instance: 'restarted' }
  const stop = new AbortController()

  // A process that was fenced is not the first of its process, so it waits.
  const fenced = take(database, 'fenced', { holder: again, expiryMs: 3_600_000, signal: stop.signal })
  await using restarted = await take(database, 'restarted', { holder: again, isFirst: true, expiryMs: 3_600_000 })

  expect(restarted.epoch).toBe('2')
  stop.abort(new Error('still waiting'))
  await expect(fenced).rejects.toThrow('still waiting')
})

test('a process takes its own lease again while no other process has taken it', async () => {
  await using database = await freshDatabase()
  await using before = await take(database, 'a', { renewMs: 3_600_000 })
  await using after = await take(database, 'a', { lastEpoch: before.epoch, expiryMs: 3_600_000 })
  expect(after.epoch).toBe('2')
})

test('an owner notices at its next renewal that the lease was revoked', async () => {
  await using database = await freshDatabase()
  await using lease = await take(database, 'owner')
  expect(await revokeLease(database.db, NAME)).toBe(true)
  await waitUntil(() => lease.lost.aborted)
  await expect(lease.renew()).rejects.toThrow(/belongs to another owner/)
  expect(await revokeLease(database.db, NAME)).toBe(false)
})

test('watchers of different hosts do not wait for each other', async () => {
  await using database = await freshDatabase()
  await using here = await take(database, 'a')
  await using there = await take(database, 'b', { name: 'watcher:there' })
  expect([here.epoch, there.epoch]).toEqual(['1', '1'])
})

test('many that start at the same time: one has the lease, and each epoch is given once', async () => {
  await using database = await freshDatabase()
  const epochs = await Promise.all(
    Array.from({ length: 10 }, async (_, index) => {
      const lease = await take(database, `owner ${index}`, { expiryMs: 3_600_000 })
      await lease.renew()
      await lease.release()
      return Number(lease.epoch)
    }),
  )
  expect(epochs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 10 }, (_, index) => index + 1))
})

test('the wait for a lease can be ended', async () => {
  await using database = await freshDatabase()
  await using _first = await take(database, 'first')
  const stop = new AbortController()
  const waiting = take(database, 'second', { signal: stop.signal })
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
})

test('an owner that was paused and replaced cannot move cursors, and reports it', async () => {
  await using database = await freshDatabase()
  const report = new ReportRecorder()
  // It never renews, as a process that is stopped.
  await using old = await take(database, 'old', { renewMs: 3_600_000 })
  await using oldWriter = createEventWriter({ db: database.db, host: 'here', lease: old, report })
  await oldWriter.writeSegment(segment(turns(2)))
  await using young = await take(database, 'young')
  await using youngWriter = createEventWriter({ db: database.db, host: 'here', lease: young, report })

  const late = await oldWriter.writeSegment(segment(turns(2), { from: 20 }))
  const afterwards = await oldWriter.writeSegment(segment(turns(2), { file: '2' }))

  expect([late.status, afterwards.status]).toEqual(['fenced', 'fenced'])
  expect(await readCursors(database.db, 'here')).toMatchObject([{ offset: 20 }])
  expect(await countEvents(database.db)).toBe(2)
  expect(report.of('segmentFenced')).toMatchObject([{ lost: 'lease' }])
  expect((await youngWriter.writeSegment(segment(turns(2), { from: 20 }))).status).toBe('committed')
})

test('an event without a file does not need the lease, because its identity is enough', async () => {
  await using database = await freshDatabase()
  const old = await take(database, 'old')
  await using writer = createEventWriter({ db: database.db, host: 'here', lease: old, report: new ReportRecorder() })
  await old.release()
  await using _young = await take(database, 'young')

  const [fenced, written] = await Promise.all([writer.writeSegment(segment(turns(2))), writer.writeEvent(turn())])

  expect([fenced.status, written.status]).toEqual(['fenced', 'written'])
})

test('a new owner waits for the batch of the old one that is in flight, so it reads cursors that stay', async () => {
  await using database = await freshDatabase()
  await using other = connect(database.url)
  const old = await take(database, 'old', { renewMs: 3_600_000 })
  await slowInserts(database)
  await using writer = createEventWriter({ db: other.db, host: 'here', lease: old, report: new ReportRecorder() })
  const batch = writer.writeSegment(segment([turn()]))
  await waitUntil(async () => {
    const { rows } = await sql`select 1 from pg_stat_activity where wait_event = 'PgSleep'`.execute(database.db)
    return rows.length > 0
  })

  await old.release()
  await using _young = await take(database, 'young')

  const cursors = await readCursors(database.db, 'here')
  expect((await batch).status).toBe('committed')
  expect(cursors).toMatchObject([{ offset: 10 }])
  expect(await readCursors(database.db, 'here')).toEqual(cursors)
  expect((await writer.writeSegment(segment([turn()], { from: 10 }))).status).toBe('fenced')
})

async function slowInserts({ db }: FreshDatabase): Promise<void> {
  await sql`create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.4); return new; end $$`.execute(
    db,
  )
  await sql`create trigger slow before insert on events for each row execute function slow()`.execute(db)
}
