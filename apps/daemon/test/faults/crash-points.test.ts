import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type OwnServer, ownServer } from '@turnlog/database/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { promptLine } from '../support/claude-lines.ts'
import { Machine, type Turnlog } from '../support/turnlog.ts'
import { until } from '../support/until.ts'
import { caughtUp, expectRecorded } from './support/expect-recorded.ts'

/*
 * The watcher process is killed exactly at a named moment, and its supervisor starts it again. Whatever the moment: the
 * rows are what the files say. The moments of the spool are not on the way of what comes from files; the tests of the
 * writer have them.
 */

let server: OwnServer
beforeAll(async () => {
  server = await ownServer()
}, 60_000)
afterAll(() => server[Symbol.asyncDispose]())

const FILES = 4
const LINES = 300
const sessions = Array.from({ length: FILES }, (_, file) => `${file}1111111-2222-4333-8444-555555555555`)

function lines(file: number, from: number, count: number): string {
  return Array.from({ length: count }, (_, index) =>
    promptLine(`f${file}-${from + index}`, `file ${file}, turn ${from + index}`),
  ).join('')
}

class CrashingMachine extends Machine {
  readonly #onceFile = join(this.folder, 'crashed')
  readonly paths = sessions.map((session) => this.transcript(session))

  constructor({ url } = server) {
    super({ DATABASE_URL: url })
    for (const [file, path] of this.paths.entries()) writeFileSync(path, lines(file, 0, LINES))
  }

  /** Starts turnlog, of which one process will die at the point. */
  startToCrash(point: string): Turnlog {
    return this.start({ TURNLOG_CRASH_AT: point, TURNLOG_CRASH_ONCE: this.#onceFile })
  }

  async crashed(): Promise<void> {
    await until(
      () => existsSync(this.#onceFile),
      (isThere) => isThere,
    )
  }
}

async function emptyMachine(): Promise<CrashingMachine> {
  const machine = new CrashingMachine()
  await machine.query('alter table events drop constraint if exists no_poison')
  await machine.query('truncate events, cursors, dead_letters, skipped_ranges, leases')
  return machine
}

function expectOneCrash(turnlog: Turnlog): void {
  expect(turnlog.output).toContain('watcher ended unexpectedly (SIGKILL) and is restarted immediately')
  expect(turnlog.output.match(/ended unexpectedly/g)).toHaveLength(1)
}

describe('the rows are right when the watcher is killed', { timeout: 30_000 }, () => {
  test.each([
    'lease_taken',
    'after_read',
    'after_read:3',
    'before_statement',
    'before_statement:2',
    'statement_sent:2',
    'after_commit',
    'after_commit:2',
  ])('at %s', async (point) => {
    await using machine = await emptyMachine()
    const turnlog = machine.startToCrash(point)
    await machine.crashed()
    for (const [file, path] of machine.paths.entries()) appendFileSync(path, lines(file, LINES, 20))
    await expectRecorded(machine, machine.paths)
    expectOneCrash(turnlog)
  })

  test('at before_dead_letter, with a row that the database refuses', async () => {
    await using machine = await emptyMachine()
    await machine.query("alter table events add constraint no_poison check (payload->>'text' <> 'poison')")
    appendFileSync(machine.paths[1] as string, promptLine('poison', 'poison') + lines(1, LINES, 5))
    const turnlog = machine.startToCrash('before_dead_letter')
    await machine.crashed()
    await expectRecorded(machine, machine.paths, { except: ['poison'] })
    expect(await machine.query('select sqlstate from dead_letters')).toEqual([{ sqlstate: '23514' }])
    expectOneCrash(turnlog)
  })

  test('at cursor_loaded, when it goes on from where another one was', async () => {
    await using machine = await emptyMachine()
    const before = machine.start()
    await caughtUp(machine, machine.paths)
    await before.stop()
    for (const [file, path] of machine.paths.entries()) appendFileSync(path, lines(file, LINES, 20))
    const turnlog = machine.startToCrash('cursor_loaded:2')
    await machine.crashed()
    await expectRecorded(machine, machine.paths)
    expectOneCrash(turnlog)
  })

  test('at generation_bump, when a file was rewritten', async () => {
    await using machine = await emptyMachine()
    const turnlog = machine.startToCrash('generation_bump')
    await caughtUp(machine, machine.paths)
    // The same lines and others before them: everything stands elsewhere, and nothing may be there twice.
    writeFileSync(machine.paths[2] as string, lines(2, LINES, 30) + lines(2, 0, LINES))
    await machine.crashed()
    await expectRecorded(machine, machine.paths)
    expect(await machine.query('select generation_reason as reason from cursors where generation = 1')).toEqual([
      { reason: 'rewritten' },
    ])
    expectOneCrash(turnlog)
  })

  test('at shutdown_flush, and started again by hand', async () => {
    await using machine = await emptyMachine()
    const turnlog = machine.startToCrash('shutdown_flush')
    await until(
      () => machine.texts(),
      (texts) => texts.length > 0,
    )
    for (const [file, path] of machine.paths.entries()) appendFileSync(path, lines(file, LINES, 200))
    expect((await turnlog.stop()).code).toBe(0)
    await machine.crashed()
    machine.start()
    await expectRecorded(machine, machine.paths)
  })

  test('at migration_step, and the next one finds the database as it was before', async () => {
    await using empty = await ownServer({ migrated: false })
    await using machine = new CrashingMachine(empty)
    const turnlog = machine.startToCrash('migration_step')
    await machine.crashed()
    await expectRecorded(machine, machine.paths)
    expectOneCrash(turnlog)
  })
})
