import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@turnlog/database'
import { type OwnServer, tcpProxy } from '@turnlog/database/testing'
import { describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { caughtUp, expectRecorded } from './support/expect-recorded.ts'
import { type Recording, startRecording } from './support/recording.ts'
import { SCALE } from './support/scale.ts'
import { SmallDisk } from './support/small-disk.ts'

/*
 * Faults of the database, staged against the real watcher process while files grow. In each case the rows are what the
 * files say, no event becomes a dead letter, the log names the outage, and recording continues without help.
 */

const NOT_WRITTEN = /not written after \d+ attempts?, kept in the file/
/** The database does not answer at all: the writer notices it, or the watcher during its start. */
const AWAY = new RegExp(`${NOT_WRITTEN.source}|the database went away`)

/** Less than the tests have, so that it is this which fails: it says what is missing. */
const CATCHES_UP_WITHIN_MS = 60_000

/** Ends what was staged, and holds the recording to the one rule. */
async function expectSound(recording: Recording): Promise<void> {
  await recording.goesOn()
  await recording.appender.finish()
  await caughtUp(recording.machine, recording.paths, CATCHES_UP_WITHIN_MS).catch((error: Error) => {
    throw new Error(`${error.message}\nThe watcher said:\n${recording.watcher.messages.slice(-4_000)}`, {
      cause: error,
    })
  })
  await expectRecorded(recording.machine, recording.paths)
  expect(recording.watcher.complaints).toEqual([])
  expect(await recording.machine.query('select sqlstate, reason from dead_letters')).toEqual([])
}

const trigger = (event: string, raise: string): readonly string[] => [
  `create function staged() returns trigger language plpgsql as $$ begin ${raise}; end $$`,
  `create ${event} execute function staged()`,
]

interface Fault {
  readonly name: string
  readonly start: readonly string[]
  readonly end: readonly string[]
  /** What the log says. */
  readonly outage: RegExp
}

const FAULTS: readonly Fault[] = [
  {
    name: 'another session has the table events locked',
    start: ['begin', 'lock table events in access exclusive mode'],
    end: ['rollback'],
    outage: /canceling statement due to lock timeout/,
  },
  {
    name: 'another session has the table cursors locked',
    start: ['begin', 'lock table cursors in access exclusive mode'],
    end: ['rollback'],
    outage: /canceling statement due to lock timeout/,
  },
  {
    name: 'the server is read-only',
    start: ['alter system set default_transaction_read_only = on', 'select pg_reload_conf()'],
    end: [
      'set default_transaction_read_only = off',
      'alter system reset default_transaction_read_only',
      'select pg_reload_conf()',
    ],
    outage: /read-only transaction/,
  },
  {
    name: 'the disk is full, as a trigger stages it',
    start: trigger(
      'trigger staged before insert on events',
      "raise exception using errcode = '53100', message = 'could not extend file: No space left on device'",
    ),
    end: ['drop trigger staged on events'],
    outage: /No space left on device/,
  },
  {
    name: 'the table is missing',
    start: ['alter table events rename to events_away'],
    end: ['alter table events_away rename to events'],
    outage: /the database must be repaired before it can be written to/,
  },
  {
    name: 'the right to insert is missing',
    start: ['revoke insert on events from watcher'],
    end: ['grant insert on events to watcher'],
    outage: /permission denied for table events/,
  },
  {
    name: 'a trigger refuses every turn',
    start: trigger(
      'trigger staged before insert on events for each row',
      "if new.event_type = 'turn_detected' then raise exception 'no turns today'; end if; return new",
    ),
    end: ['drop trigger staged on events'],
    outage: /no turns today/,
  },
  {
    name: 'a deferred trigger fails at every commit',
    start: trigger(
      'constraint trigger staged after insert on events deferrable initially deferred for each row',
      "raise exception 'not at the commit'",
    ),
    end: ['drop trigger staged on events'],
    outage: /not at the commit/,
  },
]

const faultMs = SCALE.faultSeconds * 1_000

describe('nothing is lost or doubled', {
  timeout: SCALE.awaySeconds * 1_000 + SCALE.faultSeconds * 5_000 + 240_000,
}, () => {
  test('while backends are terminated again and again', async () => {
    await using recording = await startRecording()
    const until = performance.now() + faultMs
    while (performance.now() < until) {
      await recording.machine.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'turnlog watcher'",
      )
      await sleep(30)
    }
    await expectSound(recording)
  })

  test('over restarts of the server in immediate mode', async () => {
    await using recording = await startRecording()
    for (let restart = 0; restart < 3; restart += 1) {
      await recording.machine.disconnect()
      await recording.server.restart('immediate')
      await recording.goesOn()
    }
    await expectSound(recording)
  })

  test(`when the server is killed and stays away for ${SCALE.awaySeconds} s`, async () => {
    await using recording = await startRecording({ bytesPerSecond: 2_000_000 })
    await recording.machine.disconnect()
    await recording.server.crash()
    await sleep(SCALE.awaySeconds * 1_000)
    await recording.server.start()
    await recording.goesOn()
    expect(recording.watcher.messages).toMatch(AWAY)
    await expectSound(recording)
  })

  test.each([
    ['between COMMIT and its answer', 'commit'],
    ['between two statements of a batch', 'insert into "events"'],
    ['after the cursors were moved', '"marker_hash"'],
  ])('when the connection breaks %s, again and again', async (_, statement) => {
    await using stack = new AsyncDisposableStack()
    let proxy: Awaited<ReturnType<typeof tcpProxy>> | undefined
    const recording = stack.use(
      await startRecording({
        watcherUrl: async (server) => {
          proxy = stack.use(await tcpProxy(server.url))
          return proxy.url
        },
      }),
    )
    for (let cuts = 1; cuts <= 5; cuts += 1) {
      proxy?.cutAnswerTo(statement)
      await until(
        () => proxy?.cuts ?? 0,
        (now) => now >= cuts,
      )
    }
    await expectSound(recording)
  })

  test('in deadlocks with another session', async () => {
    await using recording = await startRecording({ server: { settings: { deadlock_timeout: '300ms' } } })
    const { machine, watcher } = recording
    // The session that checks first is the victim, so this one checks later than the watcher.
    await machine.query("set deadlock_timeout = '30s'")
    for (let round = 0; round < 3; round += 1) {
      await machine.query('begin')
      await machine.query('lock table events in share mode')
      // The watcher's transaction has the rows of its cursors, and now waits for the table.
      await until(
        () => machine.query("select from pg_locks where not granted and relation = 'events'::regclass"),
        (waiting) => waiting.length > 0,
      )
      await machine.query('select from cursors for update').catch(() => {})
      await machine.query('rollback')
      await recording.goesOn()
    }
    expect(watcher.messages).toMatch(/deadlock detected/)
    await expectSound(recording)
  })

  test('while there is no connection left for it', async () => {
    await using recording = await startRecording({ watcherUrl: asOrdinaryRole })
    await recording.machine.query('alter role watcher connection limit 0')
    await recording.machine.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'watcher'")
    await sleep(faultMs)
    await recording.machine.query('alter role watcher connection limit -1')
    expect(recording.watcher.messages).toMatch(/too many connections/)
    await expectSound(recording)
  })

  test.each(FAULTS)('while $name', async ({ start, end, outage }) => {
    await using recording = await startRecording({ watcherUrl: asOrdinaryRole })
    // A session of its own, because the pool closes one that is idle for long, and with it the transaction.
    await using connection = connect(recording.server.url, { poolSize: 1 })
    const session = await connection.openClient()
    for (const statement of start) await session.query(statement)
    await recording.watcher.said(outage)
    await recording.watcher.said(NOT_WRITTEN)
    for (const statement of end) await session.query(statement)
    await session.end()
    await expectSound(recording)
  })

  test.skipIf(!SmallDisk.isPossible)(
    'while the disk is full (skipped for accounts that cannot mount one)',
    async () => {
      await using recording = await startRecording()
      const { machine, server, watcher } = recording
      using disk = new SmallDisk(16 * 1024 * 1024, join(server.stateDir, 'postgres', 'data'))
      await machine.query(`create tablespace small location '${disk.folder}'`)
      await machine.query('alter table events set tablespace small')
      disk.fill()
      await watcher.said(/No space left on device/)
      await watcher.said(NOT_WRITTEN)
      disk.free()
      await expectSound(recording)
      await server.stop()
    },
  )

  test('while statements time out', async () => {
    await using recording = await startRecording({ watcherUrl: asOrdinaryRole })
    await recording.machine.query("alter role watcher set statement_timeout = '100ms'")
    await recording.machine.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'watcher'")
    await recording.goesOn()
    await recording.machine.query('begin')
    await recording.machine.query('lock table events in share mode')
    await recording.watcher.said(/canceling statement due to statement timeout/)
    await recording.watcher.said(NOT_WRITTEN)
    await recording.machine.query('rollback')
    await expectSound(recording)
  })
})

/** A role that has no privileges beyond its own tables: limits are not for superusers. */
async function asOrdinaryRole(server: OwnServer): Promise<string> {
  await using connection = connect(server.url, { poolSize: 1 })
  for (const statement of [
    "create role watcher login password 'watcher'",
    'grant all on all tables in schema public to watcher',
    'grant all on all sequences in schema public to watcher',
  ]) {
    await connection.pool.query(statement)
  }
  const url = new URL(server.url)
  url.username = 'watcher'
  url.password = 'watcher'
  return url.href
}
