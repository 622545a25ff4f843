import { mkdirSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { type TranscriptWatcher, type WatcherOptions, watchTranscripts } from '../src/index.ts'
import { event, meta, PARENT, PARENT_PATH } from './formats/codex-records.ts'
import { MemoryStore } from './support/memory-store.ts'
import { scratchFolder } from './support/scratch-folder.ts'
import { until } from './support/until.ts'

const running: TranscriptWatcher[] = []

afterEach(async () => {
  for (const watcher of running.splice(0)) await watcher.stop()
})

function scene() {
  const folder = scratchFolder()
  const store = new MemoryStore()
  const plain = join(folder.path, 'sessions', PARENT_PATH)
  mkdirSync(dirname(plain), { recursive: true })
  const start = (options: Partial<WatcherOptions> = {}) => {
    const watcher = watchTranscripts({
      sources: [{ agent: 'codex', path: join(folder.path, 'sessions') }],
      cursors: store.cursors(),
      deliver: (segment) => store.deliver(segment),
      pollingIntervalMs: 50,
      reconcileIntervalMs: 50,
      ...options,
    })
    running.push(watcher)
    return watcher
  }
  return { folder, store, plain, packed: `${plain}.zst`, start, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

/** A rollout with prompts of these texts. */
function rollout(texts: readonly string[]): Buffer {
  const records = [meta(PARENT), ...texts.map((message) => event('user_message', { message }))]
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''))
}

function writeLongAgo(path: string, bytes: Buffer): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, bytes)
  const anHourAgo = Date.now() / 1000 - 3600
  utimesSync(path, anHourAgo, anHourAgo)
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => `number ${index} ${'-'.repeat(300)}`)
const caughtUp = (watcher: TranscriptWatcher) =>
  until(
    () => watcher.status(),
    ({ bytesBehind, files }) => files > 0 && bytesBehind === 0,
  )
const settledOn = (store: MemoryStore, count: number) =>
  until(
    () => store.texts(),
    (texts) => texts.length === count,
  )

describe('a compressed rollout', () => {
  test('yields what the file yields that was compressed, at the same offsets', async () => {
    using packed = scene()
    using plain = scene()
    const bytes = rollout(numbered(5000))
    writeLongAgo(packed.packed, zstdCompressSync(bytes))
    writeLongAgo(plain.plain, bytes)
    await caughtUp(packed.start())
    await caughtUp(plain.start())
    expect(packed.store.texts()).toHaveLength(5000)
    expect(packed.store.keys()).toEqual(plain.store.keys())
    expect(packed.store.segments.at(-1)?.cursor.offset).toBe(bytes.length)
  })

  test('that takes the place of the plain one adds nothing, and neither does its expansion', async () => {
    using s = scene()
    const bytes = rollout(['one', 'two'])
    writeLongAgo(s.plain, bytes)
    const watcher = s.start()
    await settledOn(s.store, 2)
    const before = s.store.keys()
    writeLongAgo(s.packed, zstdCompressSync(bytes))
    rmSync(s.plain)
    await until(
      () => s.store.segments.at(-1)?.cursor,
      (cursor) => cursor?.path === s.packed && cursor.offset === bytes.length,
    )
    expect(s.store.keys()).toEqual(before)
    writeFileSync(s.plain, rollout(['one', 'two', 'three']))
    rmSync(s.packed)
    expect(await settledOn(s.store, 3)).toEqual(['one', 'two', 'three'])
    expect((await caughtUp(watcher)).files).toBe(1)
  })

  test('is not read again by the next watcher', async () => {
    using s = scene()
    writeLongAgo(s.packed, zstdCompressSync(rollout(['one'])))
    const first = s.start()
    await caughtUp(first)
    await first.stop()
    const before = s.store.segments.length
    const second = s.start()
    await second.ready
    await caughtUp(second)
    expect(s.store.segments.slice(before)).toEqual([])
  })

  test('is continued where the watcher before had stopped in the middle', async () => {
    using s = scene()
    const bytes = rollout(numbered(5000))
    writeLongAgo(s.packed, zstdCompressSync(bytes))
    let taken = 0
    const first = s.start({
      windowBytes: 1,
      deliver: async (segment) => (++taken > 2 ? { status: 'closed' } : s.store.deliver(segment)),
    })
    await first.done
    const [stopped] = s.store.cursors()
    expect(stopped?.offset).toBeLessThan(bytes.length)
    s.start()
    await settledOn(s.store, 5000)
    expect(s.store.segments[2]).toMatchObject({ from: stopped?.offset, generationReason: null })
  })

  test('that was replaced by another while nobody watched is begun again', async () => {
    using s = scene()
    writeLongAgo(s.packed, zstdCompressSync(rollout(numbered(5000))))
    let taken = 0
    const deliver: WatcherOptions['deliver'] = async (segment) =>
      ++taken > 2 ? { status: 'closed' } : s.store.deliver(segment)
    await s.start({ windowBytes: 1, deliver }).done
    writeFileSync(s.packed, zstdCompressSync(rollout(numbered(5001).map((text) => `other ${text}`))))
    s.start()
    await until(
      () => s.store.texts(),
      (texts) => texts.filter((text) => text.startsWith('other')).length > 3000,
    )
    expect(s.store.segments.some(({ generationReason }) => generationReason === 'rewritten')).toBe(true)
  })

  test('without a newline at its end is read to its end', async () => {
    using s = scene()
    writeLongAgo(s.packed, zstdCompressSync(rollout(['one', 'two']).subarray(0, -1)))
    s.start()
    expect(await settledOn(s.store, 2)).toEqual(['one', 'two'])
  })

  test('with a line longer than allowed has its neighbours, and the range', async () => {
    using s = scene()
    const texts = ['one', 'x'.repeat(3_000_000), 'three']
    const bytes = rollout(texts)
    writeLongAgo(s.packed, zstdCompressSync(bytes))
    s.start({ maxLineBytes: 1_000_000 })
    expect(await settledOn(s.store, 2)).toEqual(['one', 'three'])
    const [range] = s.store.skipped()
    expect(range).toMatchObject({ reason: 'line_too_long' })
    expect(bytes.toString().slice(range?.offset).startsWith('{"timestamp"')).toBe(true)
    expect(bytes[(range?.offset ?? 0) + (range?.length ?? 0) - 1]).toBe(0x0a)
  })

  test('that is cut off or damaged gives what is whole, says so once, and holds up nobody', async () => {
    using s = scene()
    const whole = zstdCompressSync(rollout(numbered(20_000).map((text, index) => text + Math.sin(index))))
    writeLongAgo(s.packed, whole.subarray(0, whole.length / 2))
    writeLongAgo(join(dirname(s.plain), 'rollout-2026-01-05T11-00-00-other.jsonl.zst'), Buffer.from('no archive'))
    const ranges: string[] = []
    const watcher = s.start({ report: { rangeSkipped: (_, { reason }) => ranges.push(reason) } })
    await until(
      () => ranges,
      (all) => all.length === 2,
    )
    expect(ranges).toEqual(['damaged_archive', 'damaged_archive'])
    expect((await caughtUp(watcher)).skippedLines).toBe(2)
    expect(s.store.texts().length).toBeGreaterThan(1000)
    await watcher.stop()
    const again = s.start({ report: { rangeSkipped: (_, { reason }) => ranges.push(reason) } })
    await again.ready
    await caughtUp(again)
    expect(ranges).toHaveLength(2)
  })

  test('that is still being written is read when it is whole, and not called damaged', async () => {
    using s = scene()
    const whole = zstdCompressSync(rollout(['one', 'two']))
    writeFileSync(s.packed, whole.subarray(0, 40))
    const watcher = s.start()
    await watcher.ready
    expect(s.store.texts()).toEqual([])
    writeFileSync(s.packed, whole)
    await settledOn(s.store, 2)
    expect(s.store.skipped()).toEqual([])
  })

  test('is held in memory a piece at a time', async () => {
    using s = scene()
    const words = 'the same words again '.repeat(500)
    writeLongAgo(s.packed, zstdCompressSync(rollout(Array.from({ length: 10_000 }, (_, index) => words + index))))
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    let read = 0
    const watcher = s.start({
      deliver: async ({ cursor }) => {
        read = cursor.offset
        most = Math.max(most, process.memoryUsage().arrayBuffers - before)
        return { status: 'committed' }
      },
    })
    await caughtUp(watcher)
    expect(read).toBeGreaterThan(100_000_000)
    // Pieces that are let go of count until they are collected.
    expect(most).toBeLessThan(75_000_000)
  })
})

test('a rollout that is archived stays the same transcript', async () => {
  using s = scene()
  writeFileSync(s.plain, rollout(['one']))
  const moves: string[] = []
  const watcher = s.start({ report: { fileMoved: (_, to) => moves.push(to) } })
  await settledOn(s.store, 1)
  const archived = join(s.folder.path, 'archived_sessions', PARENT_PATH.split('/').at(-1) ?? '')
  mkdirSync(dirname(archived))
  renameSync(s.plain, archived)
  writeFileSync(archived, rollout(['one', 'two']))
  await settledOn(s.store, 2)
  expect(moves).toEqual([archived])
  expect((await caughtUp(watcher)).files).toBe(1)
})
