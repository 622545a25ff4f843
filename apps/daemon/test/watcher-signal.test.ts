import { appendFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { isAlive } from './support/processes.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'

/** Makes each insert of events slow, and records in the same transaction which connection did it. */
const slowInserts = (seconds: number) => [
  'create table slow_inserts (backend integer)',
  `create function insert_slowly() returns trigger language plpgsql as $$ begin
     perform pg_sleep(${seconds});
     insert into slow_inserts values (pg_backend_pid());
     return null; end $$`,
  'create trigger slow after insert on events for each statement execute function insert_slowly()',
]

/** A turnlog that has a slow insert under way. */
async function startInserting(machine: Machine, seconds: number) {
  const turnlog = machine.start()
  const { watcher } = await healthOf(machine, isWell)
  appendFileSync(machine.transcript(SESSION), promptLine('u1', 'before'))
  await until(
    () => machine.texts(),
    (texts) => texts.length === 1,
  )
  for (const statement of slowInserts(seconds)) await machine.query(statement)
  appendFileSync(machine.transcript(SESSION), promptLine('u2', 'under way'))
  const [inserting] = await until(
    () =>
      machine.query<{ pid: number }>(
        "select pid from pg_stat_activity where application_name = 'turnlog watcher' and wait_event = 'PgSleep'",
      ),
    (backends) => backends.length > 0,
  )
  return { turnlog, watcherPid: watcher.pid as number, backend: inserting?.pid }
}

/** The next watcher would have inserted it on another connection. */
async function expectWrittenBy(machine: Machine, backend: number | undefined): Promise<void> {
  expect(await machine.texts()).toEqual(['before', 'under way'])
  expect(await machine.query('select backend from slow_inserts')).toEqual([{ backend }])
}

describe.skipIf(process.platform !== 'linux')('with an insert under way', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)(
    'of 1.2 s, %s to the watcher alone: that process writes the row and exits with 0, within 2 s',
    async (signal) => {
      await using machine = new Machine()
      const { turnlog, watcherPid, backend } = await startInserting(machine, 1.2)
      const signalledAt = performance.now()
      process.kill(watcherPid, signal)
      await until(
        () => isAlive(watcherPid),
        (alive) => !alive,
      )
      expect(performance.now() - signalledAt).toBeLessThan(2_000)
      const after = await healthOf(machine, (health) => isWell(health) && health.watcher.pid !== watcherPid)
      expect(after.watcher).toMatchObject({ restart_count: 1, last_exit: { reason: 'exit', code: 0, signal: null } })
      expect(turnlog.output).not.toMatch(/was killed/)
      await expectWrittenBy(machine, backend)
    },
  )

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'of 0.5 s, %s to turnlog: the row is written, and all of it ends within 2 s',
    async (signal) => {
      await using machine = new Machine()
      const { turnlog, backend } = await startInserting(machine, 0.5)
      await machine.disconnect()
      const signalledAt = performance.now()
      turnlog.kill(signal)
      expect(await turnlog.exited).toBe(0)
      expect(performance.now() - signalledAt).toBeLessThan(2_000)
      expect(turnlog.output).not.toMatch(/was killed|unexpectedly|took longer/)
      machine.start()
      await healthOf(machine, isWell)
      await expectWrittenBy(machine, backend)
    },
  )

  test('of 0.5 s, SIGTERM to every process at once, as a service manager sends it, is one orderly stop', async () => {
    await using machine = new Machine()
    const { turnlog, watcherPid, backend } = await startInserting(machine, 0.5)
    const { web } = await healthOf(machine, (health) => health.web.running)
    await machine.disconnect()
    for (const pid of [watcherPid, web.pid as number, turnlog.pid]) process.kill(pid, 'SIGTERM')
    expect(await turnlog.exited).toBe(0)
    expect(turnlog.output).not.toMatch(/was killed|unexpectedly|took longer/)
    machine.start()
    await healthOf(machine, isWell)
    await expectWrittenBy(machine, backend)
  })
})
