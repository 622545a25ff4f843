import { assessAbsence, assessHealth, type HealthFacts, NO_FILES, NO_WRITES } from '@turnlog/health'
import { expect, test } from 'vitest'
import { formatStatus } from '../../src/terminal/format-status.ts'

const FORMAT = { colour: false, now: Date.parse('2026-05-01T10:00:00Z'), page: 'http://127.0.0.1:5055' }
const child = { state: 'running', pid: 42, restartCount: 0, lastExit: null, silentMs: 0 } as const
const facts: HealthFacts = {
  watcher: {
    ...child,
    ready: true,
    hasBeenReady: true,
    startedAt: '2026-05-01T09:00:00Z',
    lastHeartbeatAt: '2026-05-01T09:59:59.900Z',
    problems: [],
  },
  writer: { ...NO_WRITES, written_count: 1204, last_write_timestamp: '2026-05-01T09:59:58Z' },
  source: { ...NO_FILES, files: 12, active_files: 2 },
  database: { reachable: true, embedded: true, version: '18.4', problems: [] },
  web: { ...child, pid: 43 },
}

test('has a line for each part, and does not count what is as it should be', () => {
  expect(formatStatus(assessHealth(facts), FORMAT)).toBe(
    [
      '✓ turnlog is ok',
      '  page      http://127.0.0.1:5055 · process 43',
      '  watcher   ready · up 1 h 0 min · process 42',
      '  files     12 transcripts · 2 in use · all is read',
      '  recorded  1,204 events since the start · the last 2.0 s ago',
      '  database  PostgreSQL 18.4 · embedded · answers',
    ].join('\n'),
  )
})

test('says what is wrong first, and how the last process ended', () => {
  const lastExit = {
    reason: 'signal',
    code: null,
    signal: 'SIGKILL',
    uptime_ms: 5,
    at: '2026-05-01T09:59:57Z',
    error: null,
  }
  const watcher = {
    ...facts.watcher,
    state: 'crash_loop',
    pid: null,
    startedAt: null,
    lastHeartbeatAt: null,
    restartCount: 5,
    lastExit,
  } as const
  const lines = formatStatus(assessHealth({ ...facts, watcher }), FORMAT).split('\n')
  expect(lines[0]).toBe('! turnlog is degraded')
  expect(lines[1]).toMatch(/^ {2}! The watcher process keeps crashing \(SIGKILL\)/)
  expect(lines).toContain('  watcher   crash loop · 5 restarts · last exit 3.0 s ago: SIGKILL')
})

test('mentions a heartbeat that is late', () => {
  const watcher = { ...facts.watcher, lastHeartbeatAt: '2026-05-01T09:59:45Z' }
  expect(formatStatus(assessHealth({ ...facts, watcher }), FORMAT)).toMatch(/last heartbeat 15 s ago/)
})

test('says nothing but that, when nothing runs', () => {
  const text = formatStatus(assessAbsence('turnlog is not running.'), FORMAT)
  expect(text).toBe('✗ turnlog is down\n  ! turnlog is not running.')
})
