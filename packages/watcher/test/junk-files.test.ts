import { appendFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { JUNK_FILES } from '../src/testing/junk-files.ts'
import { promptLine } from './support/claude-lines.ts'
import { type Scene, scene } from './support/scene.ts'
import { until } from './support/until.ts'

/** Long enough for the slowest kind on a machine with other work. */
const PATIENCE_MS = 100_000

/** As many turns are written beside each junk file, one after the other. */
const TURNS = 20

const ROLLOUT = 'rollout-2026-05-01T10-00-00-0196a000-0000-7000-8000-000000000000.jsonl.zst'

function startWatching(s: Scene) {
  const sessions = join(dirname(s.root), 'sessions')
  mkdirSync(sessions, { recursive: true })
  const sources = [
    { agent: 'claude_code', path: s.root },
    { agent: 'codex', path: sessions },
  ] as const
  return { watcher: s.start({ sources, stateDirectory: join(dirname(s.root), 'state') }), sessions }
}

/** Writes turns one after the other, each when the one before was delivered. */
async function writeTurns(s: Scene, path: string): Promise<readonly string[]> {
  const texts: string[] = []
  for (let turn = 0; turn < TURNS; turn++) {
    texts.push(`turn ${turn}`)
    appendFileSync(path, promptLine(`u${turn}`, `turn ${turn}`))
    await until(
      () => s.store.texts(),
      (delivered) => delivered.includes(`turn ${turn}`),
      PATIENCE_MS,
    )
  }
  return texts
}

describe('a file that grows beside a junk file', () => {
  test.each(JUNK_FILES)(
    'is read, and all of the junk is accounted for: $name',
    async (junk) => {
      await using s = scene()
      const { watcher, sessions } = startWatching(s)
      await watcher.ready
      const path = junk.compressed ? join(sessions, ROLLOUT) : s.file(`-junk/${junk.name}.jsonl`)
      const content = junk.make()
      writeFileSync(path, content)
      const texts = await writeTurns(s, s.file())
      await until(
        () => watcher.status(),
        ({ bytesBehind }) => bytesBehind === 0,
        PATIENCE_MS,
      )
      expect(s.store.texts().filter((text) => texts.includes(text))).toEqual(texts)
      const cursor = s.store.cursors().find((each) => each.path === path)
      expect(cursor?.offset).toBe(junk.compressed ? 100_000_000 : content.length)
      expect(statSync(path).size).toBe(content.length)
      expect(watcher.status().quarantinedFiles).toEqual([])
      expect(s.store.skipped().length).toBeLessThan(500)
    },
    PATIENCE_MS * 2,
  )
})

describe('the record of a junk file', () => {
  test('joins lines that were skipped for the same reason into one range, and counts them', async () => {
    await using s = scene()
    writeFileSync(s.file(), 'x\n'.repeat(1_000))
    const watcher = s.start()
    await until(
      () => watcher.status(),
      ({ files, bytesBehind }) => files === 1 && bytesBehind === 0,
    )
    const ranges = s.store.skipped()
    expect(ranges.length).toBeLessThan(100)
    expect(ranges.reduce((sum, { length }) => sum + length, 0)).toBe(2_000)
    expect(watcher.status().skippedLines).toBe(1_000)
  })

  test('has at most a hundred ranges a segment, of which the last covers the rest', async () => {
    await using s = scene()
    const other = '{"type":"summary"}\n'
    writeFileSync(s.file(), `x\n${other}`.repeat(300))
    const watcher = s.start()
    await until(
      () => watcher.status(),
      ({ files, bytesBehind }) => files === 1 && bytesBehind === 0,
    )
    for (const { skipped } of s.store.segments) expect(skipped.length).toBeLessThanOrEqual(100)
    const last = s.store.skipped().at(-1)
    expect((last?.offset ?? 0) + (last?.length ?? 0)).toBe(300 * (2 + other.length) - other.length)
    expect(watcher.status().skippedLines).toBe(300)
  })

  test('comes in slices, so that others have their turn in between', async () => {
    await using s = scene()
    writeFileSync(s.file(), 'x\n'.repeat(25_000))
    const watcher = s.start()
    await until(
      () => watcher.status(),
      ({ files, bytesBehind }) => files === 1 && bytesBehind === 0,
    )
    expect(s.store.segments.length).toBeGreaterThanOrEqual(3)
  })

  test('names fifty unknown types of a file, and counts the rest together, also after a restart', async () => {
    await using s = scene()
    const typed = (from: number) =>
      `${Array.from({ length: 60 }, (_, index) => `{"type":"t${from + index}"}\n`).join('')}{"type":"t0"}\n`
    for (const from of [0, 100]) {
      appendFileSync(s.file(), typed(from))
      const watcher = s.start()
      await until(
        () => watcher.status(),
        ({ files, bytesBehind }) => files === 1 && bytesBehind === 0,
      )
      await watcher.stop()
    }
    const sums = new Map<string, number>()
    for (const { unknownTypes } of s.store.segments) {
      for (const [type, count] of Object.entries(unknownTypes)) sums.set(type, (sums.get(type) ?? 0) + count)
    }
    expect(sums.size).toBe(51)
    expect(sums.get('t0')).toBe(3)
    expect(sums.get('other')).toBe(70)
  })

  test.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])(
    'counts lines of the type %s as of any other that is unknown',
    async (type) => {
      await using s = scene()
      writeFileSync(s.file(), `{"type":"${type}"}\n{"type":"${type}"}\n`)
      s.start()
      const [segment] = await until(
        () => s.store.segments,
        ({ length }) => length > 0,
      )
      expect(JSON.stringify(segment?.unknownTypes)).toBe(`{"${type}":2}`)
    },
  )
})

describe('what is handed out and not stored yet', () => {
  test('is bounded by what the events take, not by the bytes that they were read from', async () => {
    await using s = scene()
    const branch = 'b'.repeat(4_000)
    const turn = '{"type":"user","message":{"content":"hi"}}\n'
    writeFileSync(s.file(), `{"type":"system","gitBranch":"${branch}"}\n${turn.repeat(5_000)}`)
    const gate = Promise.withResolvers<void>()
    s.store.gate = gate.promise
    let weight = 0
    const watcher = s.start({
      deliver: (segment) => {
        weight += segment.weight
        return s.store.deliver(segment)
      },
    })
    // The events take twenty megabytes; the window is three, and the last segment may exceed it.
    await until(
      () => weight,
      (sum) => sum >= 3 * 1024 * 1024,
    )
    expect(weight).toBeLessThan(6_000_000)
    gate.resolve()
    await until(
      () => watcher.status(),
      ({ bytesBehind }) => bytesBehind === 0,
    )
    expect(s.store.texts()).toHaveLength(5_000)
  })
})
