import { assessAbsence, assessHealth, type HealthFacts, NO_FILES, NO_WRITES } from '@turnlog/health'
import { expect, test } from 'vitest'
import { formatStatus } from '../../src/terminal/format-status.ts'

const NOW = Date.parse('2026-05-01T10:00:00Z')
const child = { state: 'running', pid: 42, restartCount: 0, lastExit: null } as const
const facts: HealthFacts = {
  watcher: {
    ...child,
    ready: true,
    startedAt: '2026-05-01T09:00:00Z',
    lastHeartbeatAt: '2026-05-01T09:59:59.900Z',
    problems: [],
  },
  writer: { ...NO_WRITES, written_count: 1204, last_write_timestamp: '2026-05-01T09:59:58Z' },
  source: { ...NO_FILES, files: 12, active_files: 2 },
  database: { reachable: true, embedded: true, version: '18.4', problems: [] },
  web: { ...child, pid: 43 },
}

test('has a line for each part', () => {
  expect(formatStatus(assessHealth(facts), { colour: false, now: NOW })).toBe(
    [
      'turnlog is ok',
      '  watcher   running, ready · process 42 · up 1 h 0 min · 0 restarts · last heartbeat 100 ms ago',
      '  writer    1,204 events written · 0 failed · 0 pending · last write 2.0 s ago',
      '  source    12 files, 2 active · 0 B behind',
      '  database  reachable · PostgreSQL 18.4 · embedded',
      '  web       running · process 43',
    ].join('\n'),
  )
})

test('says what is wrong, and how the last process ended', () => {
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
    lastExit,
  } as const
  const text = formatStatus(assessHealth({ ...facts, watcher }), { colour: false, now: NOW })
  expect(text).toMatch(/^turnlog is degraded$/m)
  expect(text).toMatch(/^ {2}watcher {3}crash loop · 0 restarts · last exit 3\.0 s ago: SIGKILL$/m)
  expect(text).toMatch(/^ {2}! The watcher process crashed again and again \(SIGKILL\)/m)
})

test('says so when nothing runs', () => {
  const text = formatStatus(assessAbsence('turnlog is not running.'), { colour: false, now: NOW })
  expect(text).toMatch(/^turnlog is down$/m)
  expect(text).toMatch(/^ {2}! turnlog is not running\.$/m)
})
