import { type EventFilter, LOG_START, readEventPage } from '@turnlog/database'
import { freshDatabase } from '@turnlog/database/testing'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { matchesFilter } from '../src/stream/matches-filter.ts'
import { insertTurn } from './support/rows.ts'

const times = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z', '2026-01-02T01:00:00+01:00', '2026-01-03T00:00:00.5Z']
const some = <Value>(...values: readonly Value[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
const filters: fc.Arbitrary<EventFilter> = fc
  .record({
    session: some('s', 't'),
    types: some(['turn_detected'], ['session_ended', 'hook_received']),
    agent: some('codex', 'claude_code'),
    actor: some('user', 'agent'),
    project: some('/p', '/p/q'),
    since: some(...times),
    until: some(...times),
    words: some(['a'], ['B', 'a'], ['%'], ['_'], ['\\'], ['ä'], ['reason']),
  })
  .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)))

test('the stream chooses the same events as the database', async () => {
  await using database = await freshDatabase()
  const texts = ['a', 'A b', '100%', 'a_b', 'back\\slash', 'Ä', '']
  for (const [index, text] of texts.entries()) {
    const payload = {
      actor: index % 2 === 0 ? 'user' : 'agent',
      ...(index % 3 > 0 && { agent: index % 3 === 1 ? 'codex' : 'claude_code' }),
      ...(index % 4 > 1 && { project_path: index % 4 === 2 ? '/p' : '/p/q' }),
    }
    const timestamp = times[index % times.length] ?? ''
    await insertTurn(database.pool, text, { session: index % 2 === 0 ? 's' : 't', timestamp, payload })
  }
  await insertTurn(database.pool, '', { type: 'session_ended', payload: { text: undefined, reason: 'timeout' } })
  const read = async (filter: EventFilter) =>
    (await readEventPage(database.db, { direction: 'newer', from: LOG_START, filter, limit: 100 })).events
  const all = await read({})

  await fc.assert(
    fc.asyncProperty(filters, async (filter) => {
      expect(all.filter((event) => matchesFilter(event, filter))).toEqual(await read(filter))
    }),
    { numRuns: 300 },
  )
  expect(all).toHaveLength(8)
})
