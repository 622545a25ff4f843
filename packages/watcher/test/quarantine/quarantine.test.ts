import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type QuarantinedFile, readQuarantine, retryQuarantined, type WatcherOptions } from '../../src/index.ts'
import { promptLine } from '../support/claude-lines.ts'
import { watchElsewhere } from '../support/other-process.ts'
import { has, type Scene, SESSION, scene } from '../support/scene.ts'
import { until } from '../support/until.ts'

const OTHER = '-home-ada-engine/22222222-2222-4333-8444-555555555555.jsonl'
const PATIENCE_MS = 60_000

function stateOf(s: Scene): string {
  return join(dirname(s.root), 'state')
}

describe('a file whose cursor the store refuses', () => {
  test('is quarantined with the reason, while the others go on; after a restart on request all of it is stored once', async () => {
    await using s = scene()
    const quarantined: QuarantinedFile[] = []
    let refuses = true
    const deliver: WatcherOptions['deliver'] = async (segment) =>
      refuses && segment.cursor.path === s.file()
        ? { status: 'refused', reason: 'invalid input syntax for type bigint' }
        : s.store.deliver(segment)
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const options = {
      deliver,
      stateDirectory: stateOf(s),
      report: { fileQuarantined: (f: QuarantinedFile) => void quarantined.push(f) },
    }
    const watcher = s.start(options)
    await until(
      () => watcher.status().quarantinedFiles,
      ({ length }) => length === 1,
    )
    expect(quarantined).toMatchObject([{ path: s.file(), offset: 0, reason: 'invalid input syntax for type bigint' }])
    appendFileSync(s.file(), promptLine('u2', 'two'))
    writeFileSync(s.file(OTHER), promptLine('u3', 'three'))
    expect(await until(() => s.store.texts(), has(1))).toEqual(['three'])
    expect(watcher.status()).toMatchObject({ bytesBehind: 0, quarantinedFiles: [{ path: s.file() }] })
    await watcher.stop()

    // A new process that was not asked for leaves it alone.
    refuses = false
    const second = s.start(options)
    await second.ready
    appendFileSync(s.file(OTHER), promptLine('u4', 'four'))
    expect(await until(() => s.store.texts(), has(2))).toEqual(['three', 'four'])
    expect(readQuarantine(stateOf(s))).toMatchObject([{ path: s.file() }])
    await second.stop()

    retryQuarantined(stateOf(s))
    s.start(options)
    expect(await until(() => s.store.texts(), has(4))).toEqual(['three', 'four', 'one', 'two'])
    await until(
      () => readQuarantine(stateOf(s)),
      ({ length }) => length === 0,
    )
  })

  test(
    'is tried again in the same process when its time has come',
    async () => {
      await using s = scene()
      let now = Date.now()
      let refuses = true
      writeFileSync(s.file(), promptLine('u1', 'one') + promptLine('u2', 'two'))
      const watcher = s.start({
        now: () => now,
        deliver: async (segment) => (refuses ? { status: 'refused', reason: 'no' } : s.store.deliver(segment)),
      })
      await until(
        () => watcher.status().quarantinedFiles,
        ({ length }) => length === 1,
      )
      refuses = false
      now += 11 * 60_000
      expect(await until(() => s.store.texts(), has(2), PATIENCE_MS)).toEqual(['one', 'two'])
      expect(s.store.segments[0]).toMatchObject({ from: 0, generationReason: 'quarantined' })
      await until(
        () => watcher.status().quarantinedFiles,
        ({ length }) => length === 0,
      )
    },
    PATIENCE_MS,
  )
})

test('a file that is removed is not named any more', async () => {
  await using s = scene()
  writeFileSync(s.file(), promptLine('u1', 'one'))
  const watcher = s.start({ deliver: async () => ({ status: 'refused', reason: 'no' }) })
  await until(
    () => watcher.status().quarantinedFiles,
    ({ length }) => length === 1,
  )
  rmSync(s.file())
  expect(watcher.status().quarantinedFiles).toEqual([])
})

describe('a file that kills each process that reads it', () => {
  /** One process after the other on the same files, each of which remembers nothing but what is in the state directory. */
  function startProcess(s: Scene, crashFile: string) {
    const env = { ...process.env, TURNLOG_CRASH_AT: 'while_parsing', TURNLOG_CRASH_FILE: crashFile }
    return watchElsewhere(s.root, '', [100, stateOf(s)], { env })
  }

  test.each([
    ['a small entry, after the third time, since the first names its neighbours, too', 'bad', 3],
    ['a large entry, after the second', 'bad'.repeat(10_000), 2],
  ])(
    'at %s, is quarantined, and read after a restart on request',
    async (_title, bad, deaths) => {
      await using s = scene()
      const crashFile = join(dirname(s.root), 'crash-at')
      const good = promptLine('u1', 'good')
      writeFileSync(s.file(), promptLine('u2', bad) + promptLine('u3', 'x'.repeat(100_000)))
      writeFileSync(crashFile, s.file())
      for (let death = 1; death <= deaths; death++) {
        const dying = startProcess(s, crashFile)
        expect(await dying.ended).toBe('SIGKILL')
        expect(readFileSync(join(stateOf(s), 'being-read'), 'utf8')).toContain(SESSION)
        expect(readQuarantine(stateOf(s))).toEqual([])
      }
      writeFileSync(s.file(OTHER), good)
      {
        await using living = startProcess(s, crashFile)
        await until(
          () => living.turns(),
          (turns) => turns.includes('good'),
          PATIENCE_MS,
        )
        appendFileSync(s.file(OTHER), promptLine('u4', 'more'))
        await until(
          () => living.turns(),
          (turns) => turns.includes('more'),
          PATIENCE_MS,
        )
        expect(living.turns()).toEqual(['good', 'more'])
        expect(living.told).toContainEqual({ quarantined: s.file(), offset: 0 })
        expect(readQuarantine(stateOf(s))).toMatchObject([{ path: s.file(), offset: 0 }])
      }
      rmSync(crashFile)
      retryQuarantined(stateOf(s))
      await using retrying = startProcess(s, crashFile)
      await until(
        () => retrying.turns(),
        (turns) => turns.includes(bad),
        PATIENCE_MS,
      )
      await until(
        () => readQuarantine(stateOf(s)),
        ({ length }) => length === 0,
      )
    },
    PATIENCE_MS * 2,
  )
})
