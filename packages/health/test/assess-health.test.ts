import { describe, expect, test } from 'vitest'
import { assessAbsence, assessHealth, findProblems } from '../src/index.ts'
import { CRASH, facts } from './facts.ts'

const DATABASE_DOWN = {
  reachable: false,
  problems: [{ key: 'database', sentence: 'The database does not answer.' }],
}

describe('assessHealth', () => {
  test('is ok without a reason when everything runs', () => {
    const document = assessHealth(facts())
    expect(document).toMatchObject({ status: 'ok', reasons: [] })
    expect(document.watcher).toEqual({
      running: true,
      ready: true,
      state: 'running',
      pid: 4242,
      started_at: '2026-05-01T10:00:00.000Z',
      restart_count: 0,
      last_heartbeat_at: '2026-05-01T10:00:05.000Z',
      last_exit: null,
    })
    expect(document.web).toEqual({ running: true, pid: 4243, restart_count: 0 })
    expect(document.database).toEqual({ reachable: true, embedded: true, version: '18.4' })
  })

  test('is degraded, with the reason, when the watcher was given up on', () => {
    const { status, reasons, watcher } = assessHealth(
      facts({ watcher: { state: 'crash_loop', pid: null, lastExit: CRASH } }),
    )
    expect(status).toBe('degraded')
    expect(reasons).toEqual([
      'The watcher process keeps crashing (exit code 1) and is no longer restarted. ' +
        'Fix the cause, then run: turnlog restart watcher',
    ])
    expect(watcher).toMatchObject({ running: false, ready: false, state: 'crash_loop' })
  })

  test('is degraded while web is away, and the watcher is as well as ever', () => {
    const { status, watcher, web } = assessHealth(facts({ web: { state: 'backing_off', pid: null, lastExit: CRASH } }))
    expect(status).toBe('degraded')
    expect(watcher).toMatchObject({ running: true, ready: true })
    expect(web.running).toBe(false)
  })

  test('is degraded while the database is away but the watcher waits for it', () => {
    const { status, reasons } = assessHealth(facts({ database: DATABASE_DOWN, watcher: { ready: false } }))
    expect(status).toBe('degraded')
    expect(reasons).toEqual(['The database does not answer.'])
  })

  test('is down when nothing can be recorded and nothing be read', () => {
    expect(assessHealth(facts({ database: DATABASE_DOWN, watcher: { state: 'crash_loop' } })).status).toBe('down')
  })

  test('never calls a watcher ready whose process does not run, whatever it said before', () => {
    expect(assessHealth(facts({ watcher: { state: 'backing_off', ready: true } })).watcher.ready).toBe(false)
  })

  test('has a reason for events that wait on disk', () => {
    expect(assessHealth(facts({ writer: { spooled_count: 3 } })).reasons).toEqual([
      '3 events wait on disk until the database takes them.',
    ])
  })
})

describe('findProblems', () => {
  test('marks what belongs to a normal start as passing', () => {
    expect(findProblems(facts({ watcher: { state: 'starting' } }))).toMatchObject([{ passing: true }])
    expect(findProblems(facts({ watcher: { ready: false } }))).toMatchObject([{ passing: true }])
    expect(findProblems(facts({ watcher: { state: 'crash_loop' } }))[0]).not.toHaveProperty('passing')
  })

  test.each([
    [{ ...CRASH, code: null, signal: 'SIGKILL' }, '(SIGKILL)'],
    [{ ...CRASH, reason: 'hung', code: null, signal: 'SIGKILL' }, 'it hung'],
    [{ ...CRASH, reason: 'not_ready', code: null, signal: 'SIGKILL' }, 'did not become ready'],
    [{ ...CRASH, reason: 'spawn_error', code: null, error: 'no such file' }, 'could not be started: no such file'],
  ])('says how a process ended (%#)', (lastExit, words) => {
    expect(findProblems(facts({ watcher: { state: 'backing_off', lastExit } }))[0]?.sentence).toContain(words)
  })
})

describe('a process that does not run as it should', () => {
  test('is one problem from its first crash until it is ready again, even if the database has one as well', () => {
    const crashed = { hasBeenReady: false, lastExit: CRASH, ready: false }
    const problems = [
      facts({ watcher: { ...crashed, state: 'backing_off' } }),
      facts({ watcher: { ...crashed, state: 'starting' } }),
      facts({ watcher: crashed }),
      facts({ watcher: { ...crashed, problems: [{ key: 'watcher:database', sentence: 'It waits.' }] } }),
      facts({ watcher: crashed, database: DATABASE_DOWN }),
      facts({ watcher: { ...crashed, state: 'crash_loop' } }),
    ].map((each) => findProblems(each).map(({ key }) => key))
    for (const keys of problems) expect(keys).toContain('watcher:not_running')
    expect(findProblems(facts({ watcher: { lastExit: CRASH } }))).toEqual([])
    // It was ready since, and now waits for the database.
    expect(findProblems(facts({ watcher: { lastExit: CRASH, ready: false }, database: DATABASE_DOWN }))).toEqual(
      DATABASE_DOWN.problems,
    )
  })

  test.each(['watcher', 'web'] as const)('is reported by name when it has not answered for 10 s: %s', (name) => {
    expect(assessHealth(facts({ [name]: { silentMs: 10_000 } })).status).toBe('ok')
    const { status, reasons } = assessHealth(facts({ [name]: { silentMs: 12_300 } }))
    expect(status).toBe('degraded')
    expect(reasons).toEqual([expect.stringMatching(new RegExp(`^The ${name} process has not answered for 12 s`))])
  })

  test('keeps its state while it is silent', () => {
    const { watcher } = assessHealth(facts({ watcher: { silentMs: 12_300 } }))
    expect(watcher).toMatchObject({ state: 'running', running: true, ready: true })
  })
})

describe('assessAbsence', () => {
  test('is down when nothing is known to work', () => {
    const document = assessAbsence('turnlog is not running.')
    expect(document).toMatchObject({ status: 'down', reasons: ['turnlog is not running.'] })
    expect(document.watcher).toMatchObject({ running: false, state: 'stopped', pid: null })
  })

  test('is degraded for a web server that stands alone and can read the log', () => {
    const database = { reachable: true, embedded: false, version: '17.2' }
    const document = assessAbsence('turnlog is not running.', { webPid: 7, database })
    expect(document).toMatchObject({ status: 'degraded', database, web: { running: true, pid: 7 } })
  })
})

test('says that a web server whose port is taken comes back by itself', () => {
  const web = { state: 'crash_loop' as const, pid: null, lastExit: { ...CRASH, code: 98 } }
  expect(assessHealth(facts({ web })).reasons).toEqual([expect.stringMatching(/starts as soon as the port is free/)])
})
