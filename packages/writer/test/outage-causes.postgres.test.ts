import { type Connection, connect, readCursors, readDeadLetters } from '@turnlog/database'
import { freshDatabase, ownServer } from '@turnlog/database/testing'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { acquireLease, createEventWriter, type EventWriter } from '../src/index.ts'
import { segment, turns } from './support/events.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { countEvents, refuseAllEvents, refuseAllNoMore, refuseAtCommit } from './support/rows.ts'

/*
 * Faults of the database that accuse no row. Each is staged while segments arrive: the outage is named, no event becomes
 * a dead letter, and after the end of the fault everything is in the log once, without help.
 */

type Db = Connection['db']

interface Fault {
  readonly name: string
  /** Starts the fault; the result ends it. */
  readonly stage: (db: Db) => Promise<() => Promise<unknown>>
  /** What the outage says. */
  readonly outage: RegExp
}

const FAULTS: readonly Fault[] = [
  { name: 'the table events is locked by another session', stage: lock('events'), outage: /lock timeout/ },
  { name: 'the table cursors is locked by another session', stage: lock('cursors'), outage: /lock timeout/ },
  {
    name: 'the table leases is locked by another session',
    stage: lock('leases'),
    outage: /did not answer a statement/,
  },
  {
    name: 'the database is read-only',
    stage: setting('default_transaction_read_only', 'on'),
    outage: /read-only transaction/,
  },
  {
    name: 'a trigger refuses every turn_detected',
    stage: async (db) => {
      await refuseAllEvents(db, 'P0001')
      return () => refuseAllNoMore(db)
    },
    outage: /refused for the test/,
  },
  {
    name: 'a deferred trigger fails at the commit',
    stage: async (db) => {
      await refuseAtCommit(db, 'true')
      return () => sql`drop trigger refuse_at_commit on events`.execute(db)
    },
    outage: /refused at the commit/,
  },
  {
    name: 'every insert is cancelled by the statement timeout',
    stage: async (db) => {
      await refuseAllEvents(db, '57014')
      return () => refuseAllNoMore(db)
    },
    outage: /refused for the test/,
  },
  {
    name: 'the disk is full',
    stage: async (db) => {
      await refuseAllEvents(db, '53100')
      return () => refuseAllNoMore(db)
    },
    outage: /refused for the test/,
  },
  {
    name: 'a trigger refuses every cursor',
    stage: async (db) => {
      await sql`create function refuse_cursors() returns trigger language plpgsql as $$ begin
          raise exception 'no cursors today'; end $$`.execute(db)
      await sql`create trigger refuse_cursors before insert or update on cursors
        for each row execute function refuse_cursors()`.execute(db)
      return () => sql`drop trigger refuse_cursors on cursors`.execute(db)
    },
    outage: /no cursors today/,
  },
]

test.each(FAULTS)(
  '$name: no row is accused, and writing continues by itself',
  async ({ stage, outage }) => {
    await using database = await freshDatabase()
    await using connection = connect(database.url, { statementDeadlineMs: 3_000 })
    const report = new ReportRecorder()
    const holder = { stateDirectoryId: 'a', instance: 'test' }
    await using lease = await acquireLease({ db: connection.db, name: 'watcher:here', holder })
    await using writer = createEventWriter({ db: connection.db, host: 'here', lease, retry: { delayMs: 5 }, report })
    await writer.writeSegment(segment(turns(2)))

    const end = await stage(database.db)
    const waiting = [0, 1, 2].map((index) => writer.writeSegment(segment(turns(5), { from: 20 + index * 50 })))
    await expect.poll(() => writer.status().outage?.error, { timeout: 60_000 }).toMatch(outage)
    expect(writer.status().failed_write_count).toBeGreaterThan(0)
    await end()

    await expectAllWritten(writer, database.db, waiting, 17)
    expect(report.of('outageBegan')).toHaveLength(1)
    expect(report.of('outageEnded')).toHaveLength(1)
  },
  120_000,
)

test('a role without the right to insert: no row is accused, and writing continues when it has the right', async () => {
  await using database = await freshDatabase()
  const role = `limited_${database.name}`
  await sql.raw(`create role ${role}`).execute(database.db)
  await sql.raw(`grant all on all tables in schema public to ${role}`).execute(database.db)
  await using connection = connect(database.url)
  await using limited = connect(withRole(database.url, role))
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: limited.db, host: 'here', retry: { delayMs: 5 }, report })
  await writer.writeSegment(segment(turns(2)))

  await sql.raw(`revoke insert on events from ${role}`).execute(connection.db)
  const waiting = writer.writeSegment(segment(turns(5), { from: 20 }))
  await expect.poll(() => writer.status().outage?.error, { timeout: 60_000 }).toMatch(/permission denied/)
  expect(writer.status().outage?.cause).toBe('configuration')
  await sql.raw(`grant insert on events to ${role}`).execute(connection.db)

  await expectAllWritten(writer, database.db, [waiting], 7)
  await sql.raw(`drop owned by ${role}`).execute(connection.db)
}, 120_000)

test('a synchronous standby that is missing: no row is accused, nothing is doubled', async () => {
  await using server = await ownServer({ settings: { wal_level: 'replica', max_wal_senders: '2' } })
  await using admin = connect(server.url)
  await using connection = connect(server.url, { statementDeadlineMs: 500 })
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry: { delayMs: 5 }, report })
  await writer.writeSegment(segment(turns(2)))

  await sql`alter system set synchronous_standby_names = 'missing'`.execute(admin.db)
  await sql`select pg_reload_conf()`.execute(admin.db)
  await expect
    .poll(async () => (await sql`show synchronous_standby_names`.execute(admin.db)).rows)
    .toEqual([{ synchronous_standby_names: 'missing' }])
  const waiting = writer.writeSegment(segment(turns(5), { from: 20 }))
  await expect.poll(() => writer.status().outage, { timeout: 60_000 }).not.toBeNull()
  // It must not join the batch whose commit is not answered, because that batch may be committed in the end.
  const next = writer.writeSegment(segment(turns(5), { from: 70 }))
  await sql`alter system reset synchronous_standby_names`.execute(admin.db)
  await sql`select pg_reload_conf()`.execute(admin.db)

  await expectAllWritten(writer, admin.db, [waiting, next], 12)
  expect(report.of('segmentFenced')).toEqual([])
}, 120_000)

test('a statement timeout that no insert can meet: no row is accused', async () => {
  await using database = await freshDatabase()
  await using connection = connect(withOption(database.url, '-c statement_timeout=150'))
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: connection.db, host: 'here', retry: { delayMs: 5 }, report })
  await sql`create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(0.3); return new; end $$`.execute(
    database.db,
  )
  await sql`create trigger slow before insert on events for each row execute function slow()`.execute(database.db)

  const waiting = writer.writeSegment(segment(turns(3)))
  await expect.poll(() => writer.status().outage?.error, { timeout: 60_000 }).toMatch(/statement timeout/)
  await sql`drop trigger slow on events`.execute(database.db)

  await expectAllWritten(writer, database.db, [waiting], 3)
}, 120_000)

test('a cursor that the database refuses costs its own file alone', async () => {
  await using database = await freshDatabase()
  await sql`alter table cursors add constraint no_bad check (path <> '/transcripts/bad.jsonl')`.execute(database.db)
  const report = new ReportRecorder()
  await using writer = createEventWriter({ db: database.db, host: 'here', report })

  const [bad, good, next] = await Promise.all([
    writer.writeSegment(segment(turns(2), { file: 'bad' })),
    writer.writeSegment(segment(turns(2), { file: 'good' })),
    writer.writeSegment(segment(turns(2), { file: 'bad', from: 20 })),
  ])
  const later = await writer.writeSegment(segment(turns(2), { file: 'bad', from: 40 }))

  expect([bad, good, next, later].map(({ status }) => status)).toEqual(['refused', 'committed', 'refused', 'refused'])
  expect(bad).toMatchObject({ reason: expect.stringContaining('no_bad') })
  expect(report.of('fileRefused')).toMatchObject([{ path: '/transcripts/bad.jsonl' }])
  expect(await countEvents(database.db)).toBe(2)
  expect(writer.status().outage).toBeNull()

  await sql`alter table cursors drop constraint no_bad`.execute(database.db)
  expect((await writer.writeSegment(segment(turns(2), { file: 'bad' }))).status).toBe('committed')
  expect((await writer.writeSegment(segment(turns(2), { file: 'bad', from: 20 }))).status).toBe('committed')
})

test('counts by a key such as `constructor` or `__proto__` are added like any other', async () => {
  await using database = await freshDatabase()
  await using writer = createEventWriter({ db: database.db, host: 'here' })
  const counts = JSON.parse('{"constructor":1,"__proto__":2,"toString":3}') as Record<string, number>
  const steps = [0, 10, 20].map((from) => ({ ...segment(turns(1), { from }), unknownTypes: counts }))

  await Promise.all(steps.map((step) => writer.writeSegment(step)))
  await writer.writeSegment({ ...segment(turns(1), { from: 30 }), unknownTypes: counts })

  const { rows } = await sql<{ counts: string }>`select unknown_types::text as counts from cursors`.execute(database.db)
  expect(Object.entries(JSON.parse(rows[0]?.counts ?? '{}')).toSorted()).toEqual([
    ['__proto__', 8],
    ['constructor', 4],
    ['toString', 12],
  ])
})

async function expectAllWritten(
  writer: EventWriter,
  db: Db,
  waiting: readonly ReturnType<EventWriter['writeSegment']>[],
  events: number,
): Promise<void> {
  for (const { status } of await Promise.all(waiting)) expect(status).toBe('committed')
  expect(await countEvents(db)).toBe(events)
  expect(await readCursors(db, 'here')).toMatchObject([{ offset: events * 10, tally: { delivered: events * 10 } }])
  expect(await readDeadLetters(db)).toEqual([])
  expect(writer.status().outage).toBeNull()
}

/** Another session locks a table in a transaction that stays open. */
function lock(table: string): Fault['stage'] {
  return async (db) => {
    const trx = await db.startTransaction().execute()
    await sql`lock table ${sql.table(table)} in access exclusive mode`.execute(trx)
    return () => trx.rollback().execute()
  }
}

/** A setting of the database, for the sessions that the writer opens from now on: all others are ended. */
function setting(name: string, value: string): Fault['stage'] {
  return async (db) => {
    const database = sql.raw(
      (await sql<{ name: string }>`select current_database() as name`.execute(db)).rows[0]?.name ?? '',
    )
    const endOthers = sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and application_name = 'turnlog'`
    await sql`alter database ${database} set ${sql.raw(name)} = ${sql.lit(value)}`.execute(db)
    await endOthers.execute(db)
    return async () => {
      await sql`set default_transaction_read_only = off`.execute(db)
      await sql`alter database ${database} reset ${sql.raw(name)}`.execute(db)
      await endOthers.execute(db)
    }
  }
}

function withRole(url: string, role: string): string {
  return withOption(url, `-c role=${role}`)
}

function withOption(url: string, options: string): string {
  const changed = new URL(url)
  changed.searchParams.set('options', options)
  return changed.href
}
