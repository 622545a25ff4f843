import { expect, test } from 'vitest'
import { createSupervisionReport } from '../../src/daemon/supervision-report.ts'
import { createLogger } from '../../src/logging/create-logger.ts'

const NEVER_STARTED = {
  reason: 'spawn_error',
  pid: null,
  instance: null,
  code: null,
  signal: null,
  uptimeMs: 0,
  at: '2026-05-01T10:00:00.000Z',
  error: 'Could not start node (EMFILE): the supervisor has too many open files (ulimit -n)',
} as const

function recordReport() {
  const lines: string[] = []
  const log = createLogger({ level: 'debug' }, 'test', { write: (line) => void lines.push(JSON.parse(line).msg) })
  return { report: createSupervisionReport(log), lines }
}

const FACTS = { restarts: 1, maxRestarts: 5, windowMs: 60_000 }

test('says why a process could not be started, and not with which exit code', () => {
  const { report, lines } = recordReport()
  report.restarting('web', { ...FACTS, exit: NEVER_STARTED, delayMs: 0 })
  report.gaveUp('web', { ...FACTS, exit: NEVER_STARTED })
  expect(lines).toEqual([
    `web could not be started (${NEVER_STARTED.error}) and is restarted immediately`,
    expect.stringMatching(
      /^web is not restarted any more: it could not be started \(Could not start node \(EMFILE\).*\) once/,
    ),
  ])
  expect(lines.join()).not.toContain('null')
})

test('says how a process ended, by exit code or signal', () => {
  const { report, lines } = recordReport()
  const ended = { ...NEVER_STARTED, reason: 'exit', error: null } as const
  report.restarting('web', { ...FACTS, exit: { ...ended, code: 3 }, delayMs: 0 })
  report.restarting('web', { ...FACTS, exit: { ...ended, signal: 'SIGKILL' }, delayMs: 0 })
  expect(lines).toEqual([
    'web ended unexpectedly (exit code 3) and is restarted immediately',
    'web ended unexpectedly (SIGKILL) and is restarted immediately',
  ])
})

test('tells of a crash loop what to do, and of a taken port that nothing has to be done', () => {
  const { report, lines } = recordReport()
  const ended = { ...NEVER_STARTED, reason: 'exit', error: null } as const
  report.gaveUp('web', { ...FACTS, exit: { ...ended, code: 1 } })
  report.gaveUp('web', { ...FACTS, exit: { ...ended, code: 98 } })
  expect(lines).toEqual([
    expect.stringContaining('turnlog restart web'),
    expect.stringContaining('starts by itself as soon as the port is free'),
  ])
})
