import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WatcherStatus } from '@turnlog/watcher'
import type { WriterStatus } from '@turnlog/writer'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { findWatcherProblems, type WatcherSymptoms } from '../../src/watcher/find-watcher-problems.ts'
import { Standstill } from '../../src/watcher/standstill.ts'
import { UnreadablePaths } from '../../src/watcher/unreadable-paths.ts'

function symptoms(changes: Partial<WatcherSymptoms> = {}): WatcherSymptoms {
  return {
    source: { mode: 'watch', bytesBehind: 2_000, quarantinedFiles: [] as const } as unknown as WatcherStatus,
    writer: { outage: null } as WriterStatus,
    openDeadLetters: 0,
    unreadable: new Map(),
    stillSince: null,
    ...changes,
  }
}

const OUTAGE = { since: '2026-05-01T10:00:00.000Z', cause: 'database', error: 'connection refused' } as const

const QUARANTINED = {
  path: '/a',
  offset: 7,
  reason: 'no such luck',
  since: '2026-05-01T10:00:00.000Z',
  retryAt: '2026-05-01T10:10:00.000Z',
}

describe('findWatcherProblems', () => {
  test('finds none when all is well', () => {
    expect(findWatcherProblems(symptoms())).toEqual([])
  })

  test.each([
    ['an outage', { writer: { outage: OUTAGE } as WriterStatus }, /since 2026-05-01T10:00:00.000Z.*connection refused/],
    ['a wrong setup', { writer: { outage: { ...OUTAGE, cause: 'configuration' } } as WriterStatus }, /needs repair/],
    ['an open dead letter', { openDeadLetters: 1 }, /^Open dead letters: 1\./],
    ['an unreadable file', { unreadable: new Map([['/a', new Error('EACCES')]]) }, /^\/a cannot be read: EACCES\.$/],
    [
      'many of them',
      {
        unreadable: new Map([
          ['/a', new Error('EACCES')],
          ['/b', new Error('EACCES')],
        ]),
      },
      /^\/a cannot be read: EACCES\. So it is with 1 more\.$/,
    ],
    [
      'a file in quarantine',
      { source: { mode: 'watch', quarantinedFiles: [QUARANTINED] } as unknown as WatcherStatus },
      /^\/a is in quarantine and not read: at byte 7, no such luck\. It is tried again after 2026-05-01T10:10:00\.000Z, or/,
    ],
    [
      'no change events',
      { source: { mode: 'polling', quarantinedFiles: [] as const } as unknown as WatcherStatus },
      /looked at regularly/,
    ],
    ['no progress', { stillSince: Date.parse('2026-05-01T10:00:00Z') }, /2\.0 kB wait .* since 2026-05-01T10:00:00/],
  ] as const)('says what is wrong in one sentence: %s', (_title, changes, sentence) => {
    const problems = findWatcherProblems(symptoms(changes))
    expect(problems.map((problem) => problem.sentence)).toEqual([expect.stringMatching(sentence)])
  })

  test('does not say twice that nothing is committed', () => {
    expect(findWatcherProblems(symptoms({ writer: { outage: OUTAGE } as WriterStatus, stillSince: 1 }))).toHaveLength(1)
  })
})

describe('Standstill', () => {
  test('is found when bytes wait and nothing is committed for some seconds', () => {
    const standstill = new Standstill()
    const waiting = { bytesBehind: 10, bytesCommitted: 5 }
    expect(standstill.look(waiting, 1_000)).toBeNull()
    expect(standstill.look(waiting, 5_000)).toBeNull()
    expect(standstill.look(waiting, 7_000)).toBe(1_000)
    expect(standstill.look({ ...waiting, bytesCommitted: 6 }, 8_000)).toBeNull()
  })

  test('is none while nothing waits', () => {
    const standstill = new Standstill()
    const idle = { bytesBehind: 0, bytesCommitted: 5 }
    expect([standstill.look(idle, 0), standstill.look(idle, 60_000)]).toEqual([null, null])
    expect(standstill.look({ ...idle, bytesBehind: 1 }, 61_000)).toBeNull()
  })
})

describe('UnreadablePaths', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'turnlog-unreadable-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  test('keeps a path for as long as it cannot be opened', () => {
    const path = join(folder, 'loop')
    symlinkSync('loop', path)
    const paths = new UnreadablePaths([folder])
    paths.add(path, new Error('as the watcher has it'))
    expect([...paths.look().keys()]).toEqual([path])
    rmSync(path)
    writeFileSync(path, '')
    expect(paths.look().size).toBe(0)
  })

  test('forgets a path that is gone', () => {
    const paths = new UnreadablePaths([folder])
    paths.add(join(folder, 'gone'), new Error('as it was'))
    expect(paths.look().size).toBe(0)
  })

  test.each([
    ['a file', (path: string) => writeFileSync(path, ''), /ENOTDIR.* There is a file in the place of a folder/],
    ['a link to itself', (path: string) => symlinkSync('source', path), /ELOOP.* leads back to itself/],
  ] as const)(
    'finds by itself that a source is %s, says what to do, and when it is a folder',
    (_title, spoil, words) => {
      const source = join(folder, 'source')
      spoil(source)
      const paths = new UnreadablePaths([source])
      const [problem] = findWatcherProblems(symptoms({ unreadable: paths.look() }))
      expect(problem?.sentence).toMatch(words)
      expect(problem?.sentence).toContain(source)
      rmSync(source)
      mkdirSync(source)
      expect(paths.look().size).toBe(0)
    },
  )
})
