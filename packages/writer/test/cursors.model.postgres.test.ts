import { readCursors } from '@turnlog/database'
import { freshDatabase } from '@turnlog/database/testing'
import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { createEventWriter } from '../src/index.ts'
import { ENTRY_BYTES, segment, turn } from './support/events.ts'
import { ReportRecorder } from './support/report-recorder.ts'

/*
 * Random segments against a model of the cursors: those that go on, and those of a watcher that is behind, ahead, or
 * believes in another generation. Two writers take turns, so that none can rely on what it remembers.
 */

const FILES = ['1', '2']
const step = fc.record({
  file: fc.constantFrom(...FILES),
  entries: fc.nat({ max: 3 }),
  /** In entries, from where the cursor is. */
  shift: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: -3, max: 3 }) }),
  generation: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1, 2) }),
  writer: fc.nat({ max: 1 }),
})

test('a cursor moves only from where it is, or to a later generation from its start; events follow it', async () => {
  await using database = await freshDatabase()
  const report = new ReportRecorder()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 20 }), async (steps) => {
      await sql`truncate events, cursors`.execute(database.db)
      await using first = createEventWriter({ db: database.db, host: 'here', report })
      await using second = createEventWriter({ db: database.db, host: 'here', report })
      const cursors = new Map<string, { generation: number; offset: number }>()
      const stored = new Set<string>()
      for (const { file, entries, shift, generation: ahead, writer } of steps) {
        const known = cursors.get(file)
        const generation = Math.max(0, (known?.generation ?? 0) + ahead)
        const isNew = known === undefined || generation > known.generation
        const from = isNew && shift === 0 ? 0 : Math.max(0, (known?.offset ?? 0) + shift * ENTRY_BYTES)
        const events = Array.from({ length: entries }, (_, entry) => namedTurn(file, generation, from, entry))
        const handed = segment(events, { file, from, generation })

        const result = await (writer === 0 ? first : second).writeSegment(handed)

        const isExpected = isNew ? from === 0 : generation === known.generation && from === known.offset
        // An earlier try that was committed looks the same as this one, and is answered as such.
        const isRepeated = known?.generation === generation && known.offset === handed.cursor.offset
        expect(result.status).toBe(isExpected || isRepeated ? 'committed' : 'fenced')
        if (!isExpected) continue
        cursors.set(file, { generation, offset: handed.cursor.offset })
        for (const { payload } of events) stored.add((payload as { text: string }).text)
      }
      const now = await readCursors(database.db, 'here')
      expect(new Map(now.map(({ transcript, generation, offset }) => [transcript, { generation, offset }]))).toEqual(
        cursors,
      )
      const { rows } = await sql<{ text: string }>`select payload ->> 'text' as text from events`.execute(database.db)
      expect(rows.map(({ text }) => text).toSorted()).toEqual([...stored].toSorted())
    }),
    { numRuns: 60 },
  )
}, 60_000)

/** A turn whose identity follows from where it stands, as that of an entry without a uuid does. */
function namedTurn(file: string, generation: number, from: number, entry: number) {
  const text = `${file}/${generation}@${from + entry * ENTRY_BYTES}`
  const { event_key: _, ...event } = turn(text, { turn_uuid: text })
  return event
}
