import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { expect, test } from 'vitest'
import {
  type Database,
  LOG_START,
  readDeadLetters,
  readEventsAfter,
  readLogEnd,
  resolveDeadLetter,
  touchDeadLetter,
} from '../src/index.ts'
import { freshDatabase } from '../src/testing/index.ts'

async function insertEvent(db: Kysely<Database>, text: string, extra: object = {}): Promise<void> {
  const row = {
    event_key: randomUUID(),
    event_type: 'turn_detected',
    timestamp: '2026-01-02T03:04:05.678901+02:00',
    session_uuid: 's',
    host: 'here',
    payload: JSON.stringify({ text, ...extra }),
  }
  await db.insertInto('events').values(row).execute()
}

async function insertDeadLetter(db: Kysely<Database>, event: string): Promise<void> {
  await sql`insert into dead_letters (event_key, host, event, "offset", length, sha256, reason)
    values (${randomUUID()}, 'here', ${Buffer.from(event)}, 5000000000, 7, 'abc', 'for the test')`.execute(db)
}

const texts = (events: Awaited<ReturnType<typeof readEventsAfter>>): unknown[] =>
  events.map(({ payload }) => payload.text)

test('events are read in order, a page at a time, with their times to the microsecond', async () => {
  await using database = await freshDatabase()
  for (const text of ['a', 'b', 'c']) await insertEvent(database.db, text)

  const page = await readEventsAfter(database.db, LOG_START, 2)
  const rest = await readEventsAfter(database.db, page.at(-1) ?? LOG_START, 2)

  expect([texts(page), texts(rest)]).toEqual([['a', 'b'], ['c']])
  expect(page[0]).toMatchObject({ timestamp: '2026-01-02T01:04:05.678901Z', id: '1' })
  expect(await readLogEnd(database.db)).toMatchObject({ id: '3' })
})

test('the end of an empty log is its start', async () => {
  await using database = await freshDatabase()
  expect(await readLogEnd(database.db)).toEqual(LOG_START)
})

test('a follower does not skip a row that took its id earlier and commits later', async () => {
  await using database = await freshDatabase()
  const seen: unknown[] = []
  let position = LOG_START
  const follow = async (): Promise<void> => {
    for (const event of await readEventsAfter(database.db, position, 100)) {
      seen.push(event.payload.text)
      position = event
    }
  }

  const late = await database.pool.connect()
  await late.query('begin')
  await late.query(`insert into events (event_key, event_type, timestamp, host, payload)
    values (gen_random_uuid(), 'turn_detected', now(), 'there', '{"text": "late"}')`)
  await insertEvent(database.db, 'early')
  await follow()
  await late.query('commit')
  late.release()
  await follow()

  expect(seen.toSorted()).toEqual(['early', 'late'])
})

test('a turn that forked sessions carry is canonical once, in its earliest copy', async () => {
  await using database = await freshDatabase()
  await insertEvent(database.db, 'original', { agent: 'claude_code', turn_uuid: 't1' })
  await insertEvent(database.db, 'copy', { agent: 'claude_code', turn_uuid: 't1' })
  await insertEvent(database.db, 'other agent', { agent: 'codex', turn_uuid: 't1' })
  await insertEvent(database.db, 'no uuid')
  await insertEvent(database.db, 'no uuid either')
  const { rows } = await sql<{
    text: string
  }>`select payload ->> 'text' as text from canonical_turns order by id`.execute(database.db)
  expect(rows.map((row) => row.text)).toEqual(['original', 'other agent', 'no uuid', 'no uuid either'])
})

test('a copy that was read before its original does not take its place', async () => {
  await using database = await freshDatabase()
  const replayed = { replayed_from_session_uuid: 's1' }
  await insertEvent(database.db, 'copy', { agent: 'codex', turn_uuid: 't1', ...replayed })
  await insertEvent(database.db, 'original', { agent: 'codex', turn_uuid: 't1' })
  const { rows } = await sql<{ text: string }>`select payload ->> 'text' as text from canonical_turns`.execute(
    database.db,
  )
  expect(rows).toEqual([{ text: 'original' }])
})

test('dead letters are listed oldest first until they are resolved', async () => {
  await using database = await freshDatabase()
  for (const event of ['first \\u0000', 'second', 'third']) await insertDeadLetter(database.db, event)
  await resolveDeadLetter(database.db, '2')
  await touchDeadLetter(database.db, '1')

  const letters = await readDeadLetters(database.db)

  expect(letters).toMatchObject([
    { id: '1', event: 'first \\u0000', offset: 5_000_000_000, length: 7, retried_at: expect.any(Date) },
    { id: '3', event: 'third', retried_at: null },
  ])
  expect(await readDeadLetters(database.db, { afterId: '1', limit: 1 })).toMatchObject([{ id: '3' }])
})
