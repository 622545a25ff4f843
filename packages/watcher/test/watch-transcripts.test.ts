import {
  appendFileSync,
  linkSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { WatcherOptions } from '../src/index.ts'
import { bookkeepingLine, promptLine } from './support/claude-lines.ts'
import { has, SESSION, scene, settled } from './support/scene.ts'
import { until } from './support/until.ts'

describe('what is there at the start', () => {
  test('is read to its end, with the session first', async () => {
    await using s = scene()
    writeFileSync(s.file(), bookkeepingLine('x') + promptLine('u1', 'one') + promptLine('u2', 'two'))
    const watcher = s.start()
    await watcher.ready
    await until(() => s.store.texts(), has(2))
    expect(s.store.texts()).toEqual(['one', 'two'])
    expect(s.store.types()[0]).toBe('session_registered')
  })

  test('is not read again by the next watcher', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const first = s.start()
    await until(() => s.store.texts(), has(1))
    await first.stop()
    const before = s.store.segments.length
    const second = s.start()
    await second.ready
    await settled(second)
    expect(s.store.segments.slice(before)).toEqual([])
  })

  test('may be a source folder that does not exist yet', async () => {
    await using s = scene()
    const watcher = s.start()
    await watcher.ready
    writeFileSync(s.file(), promptLine('u1', 'one'))
    expect(await until(() => s.store.texts(), has(1))).toEqual(['one'])
  })
})

describe('a line', () => {
  test('that is appended is read at once', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const watcher = s.start({ pollingIntervalMs: 3_600_000 })
    await watcher.ready
    appendFileSync(s.file(), promptLine('u2', 'two'))
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
  })

  test('written in pieces is one event, and nothing before its newline', async () => {
    await using s = scene()
    const line = Buffer.from(promptLine('u1', 'grün 🌱'))
    const watcher = s.start()
    await watcher.ready
    for (const byte of line.subarray(0, -1)) appendFileSync(s.file(), Buffer.from([byte]))
    await until(
      () => watcher.status(),
      ({ bytesOpen }) => bytesOpen === line.length - 1,
    )
    expect(s.store.texts()).toEqual([])
    appendFileSync(s.file(), '\n')
    expect(await until(() => s.store.texts(), has(1))).toEqual(['grün 🌱'])
  })

  test('without a newline is taken when the file has been at rest and it is a whole object', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one') + promptLine('u2', 'two').trimEnd())
    const anHourAgo = Date.now() / 1000 - 3600
    utimesSync(s.file(), anHourAgo, anHourAgo)
    s.start()
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
  })

  test('that is torn stays pending, whatever its age', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one') + promptLine('u2', 'two').slice(0, -20))
    const anHourAgo = Date.now() / 1000 - 3600
    utimesSync(s.file(), anHourAgo, anHourAgo)
    const watcher = s.start()
    await watcher.ready
    const status = await settled(watcher)
    expect(status.bytesOpen).toBeGreaterThan(0)
    expect(s.store.texts()).toEqual(['one'])
  })

  test('longer than what is read at once is read in one piece', async () => {
    await using s = scene()
    const long = 'x'.repeat(900_000)
    writeFileSync(s.file(), promptLine('u1', 'one') + promptLine('u2', long) + promptLine('u3', 'three'))
    s.start()
    expect((await until(() => s.store.texts(), has(3))).map((text) => text.length)).toEqual([3, 900_000, 5])
  })

  test('longer than allowed is skipped and recorded, and its neighbours are there', async () => {
    await using s = scene()
    const long = promptLine('u2', 'x'.repeat(2_000_000))
    const before = promptLine('u1', 'one')
    writeFileSync(s.file(), before + long + promptLine('u3', 'three'))
    s.start({ maxLineBytes: 1_000_000 })
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'three'])
    expect(s.store.skipped()).toMatchObject([{ reason: 'line_too_long', offset: before.length, length: long.length }])
  })

  test('that holds two glued objects yields both', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one').trimEnd() + promptLine('u2', 'two'))
    s.start()
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
  })
})

describe('a file', () => {
  test('that is moved to another folder is continued', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    s.start()
    await until(() => s.store.texts(), has(1))
    const moved = s.file(`-home-ada-other/${SESSION}.jsonl`)
    renameSync(s.file(), moved)
    appendFileSync(moved, promptLine('u2', 'two'))
    await until(() => s.store.texts(), has(2))
    expect(s.store.segments.at(-1)).toMatchObject({ from: promptLine('u1', 'one').length, generationReason: null })
  })

  test('that is renamed while nobody watches stays the same transcript', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    await using first = s.start()
    await until(() => s.store.texts(), has(1))
    await first.stop()
    const renamed = s.file('-home-ada-engine/99999999-2222-4333-8444-555555555555.jsonl')
    renameSync(s.file(), renamed)
    appendFileSync(renamed, promptLine('u2', 'two'))
    s.start()
    await until(() => s.store.texts(), has(2))
    expect(s.store.segments.at(-1)?.cursor.transcript).toBe(s.store.segments[0]?.cursor.transcript)
    expect(s.store.segments.at(-1)?.events[0]?.event.payload).toMatchObject({ session_uuid: SESSION })
  })

  test('that is truncated and written anew is begun again, and nothing of it is lost', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one') + promptLine('u2', 'two'))
    s.start()
    await until(() => s.store.texts(), has(2))
    writeFileSync(s.file(), promptLine('u3', 'three'))
    await until(() => s.store.texts(), has(3))
    expect(s.store.segments.some(({ generationReason }) => generationReason === 'truncated')).toBe(true)
  })

  test('that is rewritten in place with other content of the same size is noticed', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    s.start()
    await until(() => s.store.texts(), has(1))
    writeFileSync(s.file(), promptLine('u2', 'eno'))
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'eno'])
  })

  test('that is cut to nothing is accounted for as empty', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    s.start()
    await until(() => s.store.texts(), has(1))
    truncateSync(s.file(), 0)
    await until(
      () => s.store.segments.at(-1),
      (segment) => segment?.cursor.offset === 0,
    )
    expect(s.store.segments.at(-1)?.cursor.generation).toBe(1)
  })

  test('that is replaced by a rename with the old content and more yields only what is new', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    s.start()
    await until(() => s.store.texts(), has(1))
    const next = join(s.root, 'next.tmp')
    writeFileSync(next, promptLine('u1', 'one') + promptLine('u2', 'two'))
    renameSync(next, s.file())
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
  })

  test('that is deleted and made again is read from its start', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    const watcher = s.start()
    await until(() => s.store.texts(), has(1))
    rmSync(s.file())
    await until(
      () => watcher.status(),
      ({ files }) => files === 0,
    )
    writeFileSync(s.file(), promptLine('u2', 'two'))
    expect(await until(() => s.store.texts(), has(2))).toEqual(['one', 'two'])
  })

  test('with two names is read once', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one'))
    linkSync(s.file(), s.file(`-home-ada-link/${SESSION}.jsonl`))
    const watcher = s.start()
    await watcher.ready
    expect((await settled(watcher)).files).toBe(1)
  })

  test('behind a symbolic link is read', async () => {
    await using s = scene()
    const elsewhere = join(dirname(s.root), 'elsewhere.jsonl')
    writeFileSync(elsewhere, promptLine('u1', 'one'))
    symlinkSync(elsewhere, s.file())
    s.start()
    expect(await until(() => s.store.texts(), has(1))).toEqual(['one'])
  })
})

describe('a slow store', () => {
  test('slows the reading', async () => {
    await using s = scene()
    const text = 'x'.repeat(1000)
    writeFileSync(s.file(), Array.from({ length: 3000 }, (_, index) => promptLine(`u${index}`, text)).join(''))
    const gate = Promise.withResolvers<void>()
    s.store.gate = gate.promise
    let delivered = 0
    const deliver: WatcherOptions['deliver'] = (segment) => {
      delivered += segment.tally.delivered
      return s.store.deliver(segment)
    }
    s.start({ windowBytes: 500_000, deliver })
    await until(
      () => delivered,
      (bytes) => bytes >= 500_000,
    )
    expect(delivered).toBeLessThan(1_000_000)
    gate.resolve()
    expect(
      await until(
        () => s.store.texts().length,
        (count) => count === 3000,
      ),
    ).toBe(3000)
  })
})

describe('a session', () => {
  test('that ended long ago has ended when its history is read', async () => {
    await using s = scene()
    writeFileSync(s.file(), promptLine('u1', 'one', '2025-01-01T00:00:00Z'))
    s.start()
    await until(
      () => s.store.types(),
      (types) => types.includes('session_ended'),
    )
  })

  test('that falls silent ends without a new byte, and only once', async () => {
    await using s = scene()
    const now = Date.parse('2026-05-01T10:00:01Z')
    let passed = 0
    writeFileSync(s.file(), promptLine('u1', 'one', '2026-05-01T10:00:00.000Z'))
    const watcher = s.start({ now: () => now + passed, inactivityTimeoutMs: 60_000, reconcileIntervalMs: 20 })
    await until(() => s.store.texts(), has(1))
    expect(s.store.types()).not.toContain('session_ended')
    passed = 61_000
    await until(
      () => s.store.types(),
      (types) => types.includes('session_ended'),
    )
    await watcher.stop()
    s.start({ now: () => now + passed, inactivityTimeoutMs: 60_000 })
    expect(s.store.types().filter((type) => type === 'session_ended')).toHaveLength(1)
  })
})
