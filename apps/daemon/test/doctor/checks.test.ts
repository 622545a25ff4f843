import { assessHealth, NO_FILES, NO_WRITES } from '@turnlog/health'
import { expect, test } from 'vitest'
import type { DoctorFacts, SourceFacts } from '../../src/doctor/doctor-facts.ts'
import { findFindings } from '../../src/doctor/find-findings.ts'
import { formatFindings } from '../../src/doctor/format-findings.ts'

const NOW = Date.parse('2026-05-31T10:00:00Z')
const DAY = 86_400_000
const child = { state: 'running', pid: 42, restartCount: 0, lastExit: null, silentMs: 0 } as const
const health = assessHealth({
  watcher: { ...child, ready: true, hasBeenReady: true, startedAt: null, lastHeartbeatAt: null, problems: [] },
  writer: NO_WRITES,
  source: NO_FILES,
  database: { reachable: true, embedded: true, version: '18.4', problems: [] },
  web: child,
})
const source: SourceFacts = {
  agent: 'claude_code',
  path: '/home/ada/.claude/projects',
  state: 'present',
  problem: null,
  folders: 10,
  files: 3,
  bytes: 3_000,
  unreadable: [],
  pending: { files: 0, bytes: 0, oldestAt: null },
  oldestAt: NOW - 20 * DAY,
  futureAt: null,
  retention: { days: 30, file: null, problem: null },
}
const well: DoctorFacts = {
  now: NOW,
  stateDir: '/state',
  configFile: '/config.yaml',
  daemon: { kind: 'answered', answer: { ok: true, pid: 1, health } },
  sources: [source],
  quarantined: [],
  inotify: { maxWatches: 100_000, maxInstances: 128, usedWatches: 10, usedInstances: 1 },
  disk: { path: '/state', isWritable: true, freeBytes: 50e9, totalBytes: 100e9 },
  database: {
    state: 'reachable',
    embedded: true,
    version: '18.4',
    versionNumber: 180_004,
    bytes: 1e6,
    log: { events: 12, deadLetters: 0, migration: '0003' },
    clockAheadMs: 3,
  },
  spool: { files: 0, bytes: 0 },
}
const reachable = well.database as Extract<DoctorFacts['database'], { state: 'reachable' }>
const absent = { kind: 'absent' } as const
const waiting = (ageDays: number) => ({ files: 2, bytes: 500, oldestAt: NOW - ageDays * DAY })

/** What is not well, as `level about: what`. */
function troubles(facts: Partial<DoctorFacts>): string {
  return findFindings({ ...well, ...facts })
    .filter(({ level }) => level !== 'ok')
    .map(({ level, about, what }) => `${level} ${about}: ${what}`)
    .join('\n')
}

test('has nothing to say where all is well', () => {
  expect(troubles({})).toBe('')
  expect(formatFindings(findFindings(well), { colour: false })).toMatch(/\n\nAll is well\.$/)
})

test('says how many days the oldest transcript has left', () => {
  const clean = findFindings(well).find(({ about }) => about === 'Claude Code clean-up')
  expect(clean?.what).toBe(
    'It deletes transcripts 30 days after their last change (its default). All are recorded; the oldest has 10 days left.',
  )
})

test.each<[string, Partial<DoctorFacts>, RegExp]>([
  ['a daemon that does not run', { daemon: absent }, /^warn turnlog: It is not running/],
  [
    'one that does not answer',
    { daemon: { kind: 'silent', problem: 'no answer' } },
    /^fail turnlog: Something runs on \/state and does not answer/,
  ],
  [
    'a folder that is not there',
    { sources: [{ ...source, state: 'missing' }] },
    /^warn Claude Code: .* does not exist\.$/,
  ],
  [
    'one that cannot be read',
    { sources: [{ ...source, state: 'unreadable', problem: 'EACCES' }] },
    /^fail Claude Code: .* cannot be read: EACCES\.$/,
  ],
  [
    'files that the watcher overlooks',
    { sources: [{ ...source, pending: waiting(1) }] },
    /^fail Claude Code: 2 transcripts not recorded to the end, 500 B to go\.$/m,
  ],
  [
    'words that are about to be deleted',
    { daemon: absent, sources: [{ ...source, pending: waiting(28.5) }] },
    /^fail Claude Code clean-up: 2 transcripts not recorded to the end; the oldest of them has 1 day left\.$/m,
  ],
  [
    'words that have time',
    { daemon: absent, sources: [{ ...source, pending: waiting(2) }] },
    /^warn Claude Code clean-up: .* has 28 days left\.$/m,
  ],
  [
    'a clean-up period of nothing',
    { sources: [{ ...source, retention: { days: 0, file: '/s.json', problem: null } }] },
    /^fail Claude Code clean-up: cleanupPeriodDays is 0 in \/s\.json\.$/,
  ],
  [
    'one that is shorter than a holiday',
    { sources: [{ ...source, oldestAt: NOW, retention: { days: 3, file: '/s.json', problem: null } }] },
    /^warn Claude Code clean-up: It deletes transcripts 3 days after/,
  ],
  [
    'too few watches',
    { inotify: { maxWatches: 8192, maxInstances: 128, usedWatches: 8000, usedInstances: 3 } },
    /^warn File watching: fs\.inotify\.max_user_watches is 8192; 8000 are in use\.$/,
  ],
  [
    'too few instances for one more',
    { daemon: absent, inotify: { maxWatches: 1e6, maxInstances: 128, usedWatches: 0, usedInstances: 120 } },
    /^warn File watching: fs\.inotify\.max_user_instances is 128; 120 are in use, and turnlog needs 1 more\.$/m,
  ],
  ['little room', { disk: { ...well.disk, freeBytes: 500e6 } }, /^warn Disk: 500 MB free in \/state\.$/],
  ['no room', { disk: { ...well.disk, freeBytes: 1e6 } }, /^fail Disk: 1\.0 MB free/],
  ['a folder that cannot be written to', { disk: { ...well.disk, isWritable: false } }, /^fail Disk: .*written to/],
  ['a spool', { spool: { files: 1, bytes: 2_000 } }, /^warn Spool: 2\.0 kB of events wait/],
  [
    'a database that does not answer',
    { database: { state: 'unreachable', embedded: false, problem: 'ECONNREFUSED' } },
    /^fail Database: It does not answer: ECONNREFUSED\.$/,
  ],
  [
    'one that is too old',
    { database: { ...reachable, versionNumber: 140_010, version: '14.10' } },
    /^fail Database: It is PostgreSQL 14\.10, embedded\.$/,
  ],
  [
    'dead letters',
    { database: { ...reachable, log: { events: 1, deadLetters: 2, migration: '0003' } } },
    /^warn Dead letters: 2 events could not be written/,
  ],
  ['a clock that is off', { database: { ...reachable, clockAheadMs: -61_000 } }, /^warn Clock: .* 1 min 1 s behind/],
  [
    'a transcript of tomorrow',
    { sources: [{ ...source, futureAt: NOW + DAY }] },
    /^warn Clock: .* 24 h 0 min in the future/,
  ],
])('finds %s', (_, facts, expected) => {
  expect(troubles(facts)).toMatch(expected)
})

test('every trouble comes with something to do about it', () => {
  const findings = findFindings({
    ...well,
    daemon: absent,
    spool: { files: 1, bytes: 1 },
    database: { state: 'absent' },
  })
  for (const { level, advice } of findings) expect(advice === null).toBe(level === 'ok')
})

test('waits for no watcher that is still reading', () => {
  const busy = { ...health, source: { ...NO_FILES, bytes_behind: 500 } }
  const daemon = { kind: 'answered', answer: { ok: true, pid: 1, health: busy } } as const
  expect(troubles({ daemon, sources: [{ ...source, pending: waiting(1) }] })).not.toMatch(/fail Claude Code:/)
})

test('a file in quarantine is named with its place, the reason and the next step', () => {
  const quarantined = {
    path: '/home/ada/.claude/projects/x/junk.jsonl',
    offset: 4_096,
    reason: 'the watcher process died twice while it read bytes 4096 to 8192',
    since: '2026-05-31T09:00:00.000Z',
    retryAt: '2026-05-31T09:10:00.000Z',
  }
  const [finding] = findFindings({ ...well, quarantined: [quarantined] }).filter(({ level }) => level !== 'ok')
  expect(finding).toMatchObject({ level: 'fail', about: 'Quarantine' })
  expect(finding?.what).toMatch(/junk\.jsonl is not read .* at byte 4096, the watcher process died twice/)
  expect(finding?.advice).toContain('turnlog restart watcher')
})
