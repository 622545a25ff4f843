import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import type { Kysely } from 'kysely'
import { expect, test } from 'vitest'
import {
  behind,
  type Database,
  type EventFilter,
  LOG_START,
  type PageDirection,
  readEventPage,
  readEventsAfter,
  readLogEnd,
  type StoredEvent,
} from '../src/index.ts'
import { freshDatabase } from '../src/testing/index.ts'
import { insertSome, insertTurn } from './support.ts'

const texts = (events: readonly StoredEvent[]): unknown[] => events.map(({ payload }) => payload.text)

async function readAll(db: Kysely<Database>, filter: EventFilter, direction: PageDirection, limit: number) {
  const pages: unknown[][] = []
  let from = direction === 'newer' ? LOG_START : behind(await readLogEnd(db))
  for (let more = true; more; ) {
    const page = await readEventPage(db, { direction, from, filter, limit })
    pages.push(texts(page.events))
    from = page.reached
    more = page.more
  }
  return pages.flat()
}

test('pages of any size give every event once, from either end', async () => {
  await using database = await freshDatabase()
  const all = Array.from({ length: 23 }, (_, index) => String(index))
  for (const text of all) await insertTurn(database.db, text)

  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 30 }), fc.boolean(), async (limit, inSession) => {
      const filter = inSession ? { session: 's' } : {}
      expect(await readAll(database.db, filter, 'newer', limit)).toEqual(all)
      expect(await readAll(database.db, filter, 'older', limit)).toEqual(all.toReversed())
    }),
    { numRuns: 20 },
  )
})

test('what commits late appears after what was read, and never between', async () => {
  await using database = await freshDatabase()
  for (const text of ['a', 'b']) await insertTurn(database.db, text)
  const late = await database.pool.connect()
  await late.query('begin')
  await late.query(`insert into events (event_key, event_type, timestamp, host, payload)
    values (gen_random_uuid(), 'turn_detected', now(), 'there', '{"text": "late"}')`)
  await insertTurn(database.db, 'c')
  const from = behind(await readLogEnd(database.db))
  const first = await readEventPage(database.db, { direction: 'older', from, filter: {}, limit: 10 })
  const before = await readEventPage(database.db, { direction: 'newer', from, filter: {}, limit: 10 })
  await late.query('commit')
  late.release()
  const after = await readEventPage(database.db, { direction: 'newer', from: before.reached, filter: {}, limit: 10 })

  expect(texts(first.events)).toEqual(['b', 'a'])
  expect(texts(before.events)).toEqual([])
  expect(texts(after.events).toSorted()).toEqual(['c', 'late'])
})

test('events are chosen by session, type, agent, actor, project, time and words', async () => {
  await using database = await freshDatabase()
  const { db } = database
  await insertSome(db, { event_type: 'session_registered', payload: { project_path: '/p', agent: 'claude_code' } })
  await insertTurn(db, 'Größe 100%', { timestamp: '2026-01-01T00:00:00Z', payload: { project_path: '/p' } })
  await insertTurn(db, 'grow_th', { timestamp: '2026-01-02T00:00:00Z', payload: { agent: 'claude_code' } })
  await insertTurn(db, 'other', { session_uuid: 't', timestamp: '2026-01-03T00:00:00Z', payload: { actor: 'agent' } })
  const choose = async (filter: EventFilter): Promise<unknown[]> => {
    const everywhere = await readAll(db, filter, 'newer', 10)
    const inSession = await readAll(db, { ...filter, session: 's' }, 'newer', 10)
    expect(everywhere.filter((text) => text !== 'other')).toEqual(inSession)
    return everywhere
  }

  expect(await choose({ types: ['session_registered'] })).toEqual([undefined])
  expect(await choose({ types: ['turn_detected'], agent: 'codex' })).toEqual(['Größe 100%', 'other'])
  expect(await choose({ actor: 'agent' })).toEqual(['other'])
  expect(await choose({ project: '/p' })).toEqual([undefined, 'Größe 100%'])
  expect(await choose({ since: '2026-01-02T01:00:00+01:00' })).toEqual([undefined, 'grow_th', 'other'])
  expect(await choose({ until: '2026-01-02T00:00:00Z' })).toEqual(['Größe 100%'])
  expect(await choose({ words: ['GRÖSSE'] })).toEqual([])
  expect(await choose({ words: ['GRÖ', '0%'] })).toEqual(['Größe 100%'])
  expect(await choose({ words: ['w_t'] })).toEqual(['grow_th'])
  expect(await choose({ words: ['claude_CODE'] })).toEqual([undefined])
})

test('a search that takes too long says how far it came, and goes on from there', async () => {
  await using database = await freshDatabase()
  await database.pool.query(`insert into events (event_key, event_type, timestamp, host, payload)
    select gen_random_uuid(), 'turn_detected', now(), 'h', jsonb_build_object('text', 'n' || n)
    from generate_series(1, 2500) as n`)
  const request = { direction: 'older', filter: { words: ['n7'] }, limit: 5_000, budgetMs: 0 } as const
  const found: unknown[] = []
  let from = behind(await readLogEnd(database.db))
  let pages = 0
  for (let more = true; more; pages += 1) {
    const page = await readEventPage(database.db, { ...request, limit: 1_000, from })
    found.push(...texts(page.events))
    from = page.reached
    more = page.more
  }

  expect(pages).toBe(3)
  expect(found).toHaveLength(new Set(found).size)
  expect(found).toHaveLength(111)
})

test('a page of events that is read on to is bounded in bytes as well', async () => {
  await using database = await freshDatabase()
  for (const size of [10, 10, 50_000, 10, 90_000]) {
    // What cannot be compressed is stored as it is.
    await insertTurn(database.db, randomBytes(size).toString('base64'))
  }
  const sizes: number[] = []
  let position = LOG_START
  for (;;) {
    const page = await readEventsAfter(database.db, position, 10, 20_000)
    if (page.length === 0) break
    sizes.push(page.length)
    position = page.at(-1) ?? position
  }
  expect(sizes).toEqual([3, 2])
  expect(await readEventsAfter(database.db, LOG_START, 10)).toHaveLength(5)
})

test('an empty log has one empty page', async () => {
  await using database = await freshDatabase()
  const from = behind(await readLogEnd(database.db))
  for (const direction of ['older', 'newer'] as const) {
    const page = await readEventPage(database.db, { direction, from, filter: {}, limit: 5 })
    expect(page).toMatchObject({ events: [], more: false })
  }
})
