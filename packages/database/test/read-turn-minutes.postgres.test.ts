import { expect, test } from 'vitest'
import { readTurnMinutes } from '../src/index.ts'
import { freshDatabase } from '../src/testing/index.ts'
import { insertSome, insertTurn } from './support.ts'

const RANGE = { since: '2026-01-01T00:10:00Z', until: '2026-01-01T00:20:00Z' }

test('turns are counted by the minute in which they were said, and by agent', async () => {
  await using database = await freshDatabase()
  const { db } = database
  const say = (second: string, session_uuid: string, agent: string): Promise<void> =>
    insertTurn(db, 'x', { timestamp: `2026-01-01T00:${second}Z`, session_uuid, payload: { agent } })
  await say('09:59.999', 'a', 'codex')
  await say('10:00', 'a', 'codex')
  await say('10:59.999', 'b', 'codex')
  await say('10:30', 'c', 'claude_code')
  await say('12:00', 'a', 'codex')
  await say('20:00', 'a', 'codex')
  await insertSome(db, { event_type: 'session_ended', timestamp: '2026-01-01T00:12:00Z' })

  expect(await readTurnMinutes(db, RANGE)).toMatchObject([
    { at: '2026-01-01T00:10:00Z', turns: { codex: 2, claude_code: 1 } },
    { at: '2026-01-01T00:12:00Z', turns: { codex: 1 } },
  ])
})

test('what was read from history says nothing of how soon turns are recorded', async () => {
  await using database = await freshDatabase()
  const { db, pool } = database
  for (const [key, ms] of Object.entries([10, 20, 90, 600_001, -5])) {
    await insertTurn(db, key, { timestamp: '2026-01-01T00:15:00Z' })
    await pool.query(
      `update events set recorded_at = "timestamp" + $1 * interval '1 ms' where payload ->> 'text' = $2`,
      [ms, key],
    )
  }

  const [minute] = await readTurnMinutes(db, RANGE)
  expect(minute).toMatchObject({ turns: { codex: 5 }, live: 3, median_ms: 20, slowest_ms: 90 })
  expect(minute?.p95_ms).toBeCloseTo(83)
})

test('an empty log has no minutes', async () => {
  await using database = await freshDatabase()
  expect(await readTurnMinutes(database.db, RANGE)).toEqual([])
})
