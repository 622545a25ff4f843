import type { Problem } from '@turnlog/health'
import { beforeEach, expect, test } from 'vitest'
import { DegradationLog } from '../../src/daemon/degradation-log.ts'
import { createLogger } from '../../src/logging/create-logger.ts'

let now: number
let lines: { level: number; msg: string }[]
let log: DegradationLog
beforeEach(() => {
  now = 0
  lines = []
  const logger = createLogger({ level: 'debug' }, 'test', { write: (line) => void lines.push(JSON.parse(line)) })
  log = new DegradationLog(logger, () => now)
})

const broken: Problem = { key: 'database', sentence: 'The database is away.' }

/** Looks every half second, for as long as this. */
function watch(ms: number, problems: readonly Problem[]): void {
  for (const end = now + ms; now <= end; now += 500) log.look(problems)
}

test('warns once of what lasts, and says when it is over', () => {
  watch(5_000, [broken])
  watch(5_000, [])
  expect(lines).toMatchObject([
    { level: 40, msg: 'degraded: The database is away.' },
    { level: 30, msg: 'no longer degraded: The database is away.' },
  ])
})

test('warns once, however the words change meanwhile', () => {
  watch(2_000, [broken])
  watch(2_000, [{ ...broken, sentence: 'The database is starting up.' }])
  expect(lines).toHaveLength(1)
})

test('says nothing of what is over soon', () => {
  watch(500, [broken])
  watch(5_000, [])
  expect(lines).toEqual([])
})

test('says nothing of what belongs to a start or a stop, unless it takes 10 s', () => {
  watch(9_000, [{ ...broken, passing: true }])
  expect(lines).toEqual([])
  watch(60_000, [{ ...broken, passing: true }])
  watch(1_000, [])
  expect(lines.map(({ msg }) => msg)).toEqual([
    'degraded: The database is away.',
    'no longer degraded: The database is away.',
  ])
})

test('takes a crash loop for one problem: a start between two crashes is not its end', () => {
  for (let crash = 1; crash <= 6; crash += 1) {
    watch(500, [broken])
    watch(500, [{ ...broken, passing: true }])
  }
  watch(5_000, [broken])
  expect(lines).toMatchObject([{ level: 40, msg: 'degraded: The database is away.' }])
  watch(1_000, [])
  expect(lines).toHaveLength(2)
})

test('warns again of what comes back', () => {
  for (let round = 1; round <= 2; round += 1) {
    watch(2_000, [broken])
    watch(2_000, [])
  }
  expect(lines.filter(({ level }) => level === 40)).toHaveLength(2)
})
