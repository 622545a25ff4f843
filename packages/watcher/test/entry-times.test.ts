import { mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { toMoment } from '../src/formats/entry-clock.ts'
import { fileTime } from '../src/reading/file-time.ts'
import { has, type Scene, scene } from './support/scene.ts'
import { until } from './support/until.ts'

const WRITTEN = '2025-03-04T05:06:07.000Z'
const timeless = (text: string) => `${JSON.stringify({ type: 'user', message: { content: text } })}\n`

function turnsOf(s: Scene) {
  return s.store.segments
    .flatMap(({ events }) => events)
    .flatMap(({ event }) => (event.event_type === 'turn_detected' ? [event] : []))
}

describe('an entry without a time, in a file in which none before it has one', () => {
  test('has the time at which the file was last written to', async () => {
    await using s = scene()
    writeFileSync(s.file(), timeless('one'))
    utimesSync(s.file(), new Date(WRITTEN), new Date(WRITTEN))
    s.start()
    await until(() => s.store.texts(), has(1))
    expect(turnsOf(s)).toMatchObject([
      { timestamp: WRITTEN, payload: { turn_timestamp: WRITTEN, timestamp_source: 'file' } },
    ])
  })

  test('is the same event when it is read again at another time', async () => {
    await using s = scene()
    writeFileSync(s.file(), timeless('one'))
    utimesSync(s.file(), new Date(WRITTEN), new Date(WRITTEN))
    const first = s.start()
    await until(() => s.store.texts(), has(1))
    await first.stop()
    writeFileSync(s.file(), timeless('one') + timeless('two'))
    s.start({ cursors: s.store.cursors().map((cursor) => ({ ...cursor, marker: { hash: 'other', length: 1 } })) })
    await until(() => s.store.texts(), has(2))
    const [before, again, added] = turnsOf(s)
    expect(again?.event_key).toBe(before?.event_key)
    expect(again?.timestamp).not.toBe(before?.timestamp)
    expect(added?.event_key).not.toBe(before?.event_key)
    // The store keeps the first: a row that is there is not written again.
    expect(s.store.texts()).toEqual(['one', 'two'])
  })

  test('never has a time of 1970', async () => {
    await using s = scene()
    writeFileSync(s.file(), timeless('one'))
    utimesSync(s.file(), 0, 0)
    s.start()
    await until(() => s.store.texts(), has(1))
    expect(turnsOf(s)[0]?.timestamp).not.toContain('1970')
  })

  test('has the time in the name of its rollout, if that is one', async () => {
    await using s = scene()
    const sessions = join(dirname(s.root), 'sessions')
    mkdirSync(sessions)
    const line = `${JSON.stringify({ type: 'event_msg', payload: { type: 'user_message', message: 'Hello' } })}\n`
    for (const [session, text] of [
      ['0196a000-0000-7000-8000-000000000000', 'named'],
      ['ffffffff-ffff-7fff-8000-000000000000', 'misnamed'],
    ] as const) {
      const path = join(sessions, `rollout-2026-05-01T10-00-00-${session}.jsonl`)
      writeFileSync(path, line.replace('Hello', text))
      utimesSync(path, new Date(WRITTEN), new Date(WRITTEN))
    }
    s.start({ sources: [{ agent: 'codex', path: sessions }] })
    await until(() => s.store.texts(), has(2))
    const sources = new Map(turnsOf(s).map(({ payload }) => [payload.text, payload.timestamp_source]))
    expect(sources).toEqual(
      new Map([
        ['named', 'transcript_name'],
        ['misnamed', 'file'],
      ]),
    )
  })
})

test('a moment is one that a clock shows which was set', () => {
  expect(toMoment(Date.parse(WRITTEN))).toBe(WRITTEN)
  for (const ms of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, Date.UTC(10_000, 0), 9e15]) {
    expect(toMoment(ms)).toBeNull()
  }
})

test('the time of a file with an impossible modification time is that of its birth', () => {
  const birthTimeNs = BigInt(Date.parse(WRITTEN)) * 1_000_000n
  expect(fileTime({ mtimeMs: 0, birthTimeNs })).toBe(WRITTEN)
  expect(fileTime({ mtimeMs: 0, birthTimeNs: 0n })).toMatch(/^20\d\d-/)
})
