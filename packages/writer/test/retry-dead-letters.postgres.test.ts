import { readDeadLetters } from '@turnlog/database'
import { freshDatabase } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { createEventWriter, type RetriedDeadLetter, retryDeadLetters } from '../src/index.ts'
import { notAnEvent, segment, turn } from './support/events.ts'
import { ReportRecorder } from './support/report-recorder.ts'
import { readTexts, refuseBadEvents, refuseNoMore } from './support/rows.ts'

test('dead letters are written once their cause is gone; the others stay', async () => {
  await using database = await freshDatabase()
  await refuseBadEvents(database.db, '23514')
  await using writer = createEventWriter({ db: database.db, host: 'here', report: new ReportRecorder() })
  const invalid = notAnEvent({ event_type: 'coffee_made', payload: {} })
  await writer.writeSegment(segment([turn('bad'), invalid, turn('good')]))

  const first = await collect(retryDeadLetters(database.db, writer, 'here'))
  expect(first.map(({ result }) => result.status).toSorted()).toEqual(['failed', 'rejected'])
  expect(await readDeadLetters(database.db)).toHaveLength(2)

  await refuseNoMore(database.db)
  const second = await collect(retryDeadLetters(database.db, writer, 'here'))
  expect(second.map(({ result }) => result.status).toSorted()).toEqual(['rejected', 'written'])
  expect(await readTexts(database.db)).toEqual(['good', 'bad'])
  expect(await readDeadLetters(database.db)).toMatchObject([
    { event_type: 'coffee_made', retried_at: expect.any(Date) },
  ])
})

async function collect(retried: AsyncIterable<RetriedDeadLetter>): Promise<readonly RetriedDeadLetter[]> {
  const all: RetriedDeadLetter[] = []
  for await (const one of retried) all.push(one)
  return all
}
