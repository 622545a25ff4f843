import { expect, test } from 'vitest'
import { assessHealth, decideLiveness, decideReadiness, formatProbe } from '../src/index.ts'
import { facts } from './facts.ts'

test('liveness passes for whoever can be asked', () => {
  expect(decideLiveness().passed).toBe(true)
})

test.each([
  ['everything runs', {}, true],
  ['the watcher is not ready', { watcher: { ready: false } }, false],
  ['the watcher was given up on', { watcher: { state: 'crash_loop' as const } }, false],
  ['the database is away', { database: { reachable: false } }, false],
  ['only web is away', { web: { state: 'stopped' as const } }, true],
])('readiness when %s', (_title, changes, passed) => {
  expect(decideReadiness(assessHealth(facts(changes))).passed).toBe(passed)
})

test('a probe that passed says ok, and its checks when asked', () => {
  const probe = decideReadiness(assessHealth(facts()))
  expect(formatProbe(probe)).toBe('ok')
  expect(formatProbe(probe, { verbose: true })).toBe('[+]watcher ok\n[+]database ok\nreadyz check passed\n')
})

test('a probe that failed always says which check, and never why', () => {
  const probe = decideReadiness(assessHealth(facts({ database: { reachable: false } })))
  expect(formatProbe(probe)).toBe('[+]watcher ok\n[-]database failed: see /health\nreadyz check failed\n')
})
