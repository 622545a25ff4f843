import { setTimeout as sleep } from 'node:timers/promises'
import { connect } from '@turnlog/database'
import { type OwnServer, tcpProxy } from '@turnlog/database/testing'
import { describe, expect, test } from 'vitest'
import { caughtUp, expectRecorded } from './support/expect-recorded.ts'
import { type Recording, startRecording } from './support/recording.ts'
import { SCALE } from './support/scale.ts'

/*
 * What can happen to the database, staged against the real watcher process while files grow. Whatever it is: the rows
 * are what the files say, nothing is a dead letter, and the log says what happened.
 */

const NOT_WRITTEN = /events? not written after 4 attempts; kept in the file/
const LOCK_LOST = /the lock on the transcripts of this host is lost/

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
    // Whichever it notices first ends the watching: what the other would have said is then not said.
    expect(recording.watcher.messages).toMatch(new RegExp(`${NOT_WRITTEN.source}|${LOCK_LOST.source}`))
    await expectSound(recording)
  })

  test('when the connection breaks between COMMIT and its answer, again and again', async () => {
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
    const until = performance.now() + faultMs
    while (performance.now() < until) {
      // What every batch of segments carries: its statement is only sent once to each connection.
      proxy?.cutAnswerTo('"marker_hash"')
      await sleep(50)
    }
    await expectSound(recording)
    expect(proxy?.cuts).toBeGreaterThan(3)
  })

  test('in deadlocks with somebody else', async () => {
    await using recording = await startRecording({ server: { settings: { deadlock_timeout: '300ms' } } })
    const { machine } = recording
    // Whoever looks first while the circle is closed is the victim: not this one.
    await machine.query("set deadlock_timeout = '10s'")
    for (let round = 0; round < 3; round += 1) {
      await machine.query('begin')
      await machine.query('select from cursors for update')
      // The watcher's statement now has the table and waits for the rows.
      await machine.query('select pg_sleep(0.1)')
      await machine.query('lock table events in access exclusive mode').catch(() => {})
      await machine.query('rollback')
      await recording.goesOn()
    }
    expect(recording.watcher.messages).toMatch(/deadlock detected/)
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

  test('while the server is read-only', async () => {
    await using recording = await startRecording()
    await recording.machine.query('alter system set default_transaction_read_only = on')
    await recording.machine.query('select pg_reload_conf()')
    await sleep(faultMs + 1_000)
    await recording.machine.query('set default_transaction_read_only = off')
    await recording.machine.query('alter system reset default_transaction_read_only')
    await recording.machine.query('select pg_reload_conf()')
    expect(recording.watcher.messages).toMatch(NOT_WRITTEN)
    expect(recording.watcher.messages).toMatch(/read-only transaction/)
    await expectSound(recording)
  })

  test('while the disk is full', async () => {
    await using recording = await startRecording()
    await recording.machine.query(`create function no_room() returns trigger language plpgsql as $$ begin
      raise exception using errcode = '53100', message = 'could not extend file: No space left on device'; end $$`)
    await recording.machine.query('create trigger no_room before insert on events execute function no_room()')
    await sleep(faultMs + 1_000)
    await recording.machine.query('drop trigger no_room on events')
    expect(recording.watcher.messages).toMatch(NOT_WRITTEN)
    await expectSound(recording)
  })

  test('while the table is missing', async () => {
    await using recording = await startRecording()
    await recording.machine.query('alter table events rename to events_away')
    await sleep(faultMs)
    await recording.machine.query('alter table events_away rename to events')
    expect(recording.watcher.messages).toMatch(/the database needs repair before it can be written to/)
    await expectSound(recording)
  })

  test('while statements time out', async () => {
    await using recording = await startRecording({ watcherUrl: asOrdinaryRole })
    await recording.machine.query("alter role watcher set statement_timeout = '100ms'")
    await recording.machine.query("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'watcher'")
    await recording.goesOn()
    await recording.machine.query('begin')
    await recording.machine.query('lock table events in share mode')
    await sleep(faultMs + 1_500)
    await recording.machine.query('rollback')
    expect(recording.watcher.messages).toMatch(/canceling statement due to statement timeout/)
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
