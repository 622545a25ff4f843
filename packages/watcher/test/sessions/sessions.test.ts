import { appendFileSync, utimesSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { promptLine } from '../support/claude-lines.ts'
import { has, type Scene, SESSION, scene, settled } from '../support/scene.ts'
import { until } from '../support/until.ts'

const SUBAGENT = `-home-ada-engine/${SESSION}/subagents/agent-1234abcd.jsonl`

const of = (s: Scene, type: string) =>
  s.store.segments.flatMap(({ events }) => events.flatMap(({ event }) => (event.event_type === type ? event : [])))

test('a session is registered once, with what is known of it, whatever becomes of its file', async () => {
  await using s = scene()
  writeFileSync(s.file(), promptLine('u1', 'one'))
  writeFileSync(s.file(SUBAGENT), promptLine('s1', 'sub'))
  const first = s.start()
  await until(() => s.store.texts(), has(2))
  await first.stop()
  appendFileSync(s.file(), promptLine('u2', 'two'))
  s.start()
  await until(() => s.store.texts(), has(3))
  writeFileSync(s.file(), promptLine('u3', 'three'))
  await until(() => s.store.texts(), has(4))
  // Begun again it says so again, under the same key.
  expect(s.store.types().filter((type) => type === 'session_registered')).toHaveLength(1)
  expect(of(s, 'session_registered')[0]?.payload).toMatchObject({
    session_uuid: SESSION,
    agent: 'claude_code',
    agent_version: '2.1.9',
    git_branch: 'main',
    working_directory: '/home/ada/engine',
    transcript_path: s.file(),
  })
})

test('a session that ended long ago and comes back has ended once for each silence', async () => {
  await using s = scene()
  const at = (uuid: string, time: string) => promptLine(uuid, uuid, time)
  writeFileSync(s.file(), at('one', '2025-01-01T10:00:00Z') + at('two', '2025-01-01T10:30:00Z'))
  const first = s.start()
  await until(
    () => of(s, 'session_ended'),
    (ends) => ends.length === 1,
  )
  await first.stop()
  appendFileSync(s.file(), at('three', '2025-03-01T10:00:00Z'))
  utimesSync(s.file(), 1_740_823_200, 1_740_823_200)
  s.start()
  const ends = await until(
    () => of(s, 'session_ended'),
    (all) => all.length === 2,
  )
  expect(ends.map(({ timestamp, payload }) => [timestamp, payload.duration_seconds])).toEqual([
    ['2025-01-01T10:30:00Z', 1800],
    ['2025-03-01T10:00:00Z', 0],
  ])
})

test('a subagent ends no session and keeps none alive', async () => {
  await using s = scene()
  writeFileSync(s.file(SUBAGENT), promptLine('s1', 'sub', '2025-01-01T10:00:00Z'))
  const watcher = s.start()
  await watcher.ready
  await settled(watcher)
  expect(s.store.texts()).toEqual(['sub'])
  expect(of(s, 'session_ended')).toEqual([])
  writeFileSync(s.file(), promptLine('u1', 'one', '2025-01-01T09:00:00Z'))
  await until(
    () => of(s, 'session_ended'),
    (ends) => ends.length === 1,
  )
  expect(of(s, 'session_ended')[0]).toMatchObject({ timestamp: '2025-01-01T09:00:00Z' })
})
