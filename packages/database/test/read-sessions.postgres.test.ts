import { expect, test } from 'vitest'
import { readSession, readSessions, readTurns } from '../src/index.ts'
import { freshDatabase } from '../src/testing/index.ts'
import { insertSome, insertTurn } from './support.ts'

const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`

test('sessions come with the latest turn first, whatever order they were recorded in', async () => {
  await using database = await freshDatabase()
  const { db } = database
  for (const [session_uuid, minute] of [
    ['new', 30],
    ['old', 10],
    ['middle', 5],
    ['middle', 20],
    ['new', 25],
  ] as const) {
    await insertTurn(db, `${session_uuid} ${minute}`, { session_uuid, timestamp: at(minute) })
  }
  await insertSome(db, { event_type: 'state_transition', session_uuid: null, timestamp: at(50) })
  await insertSome(db, {
    event_type: 'session_ended',
    session_uuid: 'old',
    timestamp: at(55),
    payload: { reason: 'timeout' },
  })
  await insertSome(db, { event_type: 'session_registered', session_uuid: 'silent', timestamp: at(15) })

  const sessions = await readSessions(db, { limit: 10 })

  expect(sessions).toMatchObject([
    { session_uuid: 'new', turn_count: 2, first_turn_at: '2026-01-01T00:25:00.000000Z', last_turn: { text: 'new 30' } },
    { session_uuid: 'middle', turn_count: 2, last_turn: { text: 'middle 20', actor: 'user' }, ended: null },
    { session_uuid: 'silent', turn_count: 0, last_turn: null, first_turn_at: null },
    { session_uuid: 'old', turn_count: 1, ended: { reason: 'timeout' }, agent: 'codex' },
  ])
  const first = await readSessions(db, { limit: 2 })
  const rest = await readSessions(db, { limit: 2, ...(first[1] && { after: first[1] }) })
  expect([...first, ...rest]).toEqual(sessions)
})

test('a session is described as it was registered last, and found by agent and project', async () => {
  await using database = await freshDatabase()
  const { db } = database
  const payload = { agent: 'claude_code', project_path: '/p', working_directory: '/p/w', git_branch: 'main' }
  await insertSome(db, { event_type: 'session_registered', session_uuid: 'a', payload })
  await insertTurn(db, 'x'.repeat(301), { session_uuid: 'a', timestamp: at(1) })
  await insertTurn(db, 'y', { session_uuid: 'b', timestamp: at(2), payload: { project_path: '/p' } })

  expect(await readSession(db, 'a')).toMatchObject({ ...payload, last_turn: { text: 'x'.repeat(300), is_cut: true } })
  expect(await readSession(db, 'nobody')).toBeUndefined()
  const choose = async (options: object) =>
    (await readSessions(db, { limit: 10, ...options })).map(({ session_uuid }) => session_uuid)
  expect(await choose({ agent: 'claude_code' })).toEqual(['a'])
  expect(await choose({ agent: 'codex' })).toEqual(['b'])
  expect(await choose({ project: '/p' })).toEqual(['b', 'a'])
})

test('a session that goes on after its end has not ended', async () => {
  await using database = await freshDatabase()
  await insertSome(database.db, { event_type: 'session_ended', timestamp: at(10), payload: { reason: 'timeout' } })
  await insertTurn(database.db, 'again', { timestamp: at(11) })
  expect(await readSession(database.db, 's')).toMatchObject({ ended: null })
})

test('turns are read in the order in which they were said, a page at a time, both ways', async () => {
  await using database = await freshDatabase()
  const { db } = database
  for (const [text, minute] of [
    ['c', 3],
    ['a', 1],
    ['b', 2],
    ['b2', 2],
  ] as const) {
    await insertTurn(db, text, { timestamp: at(minute) })
  }
  await insertTurn(db, 'elsewhere', { session_uuid: 't', timestamp: at(2) })
  const texts = (turns: Awaited<ReturnType<typeof readTurns>>) => turns.map(({ payload }) => payload.text)

  for (const [direction, order] of [
    ['later', ['a', 'b', 'b2', 'c']],
    ['earlier', ['c', 'b2', 'b', 'a']],
  ] as const) {
    const first = await readTurns(db, { session: 's', direction, limit: 2 })
    const rest = await readTurns(db, { session: 's', direction, limit: 3, ...(first[1] && { from: first[1] }) })
    expect([...texts(first), ...texts(rest)]).toEqual(order)
  }
})
