/**
 * A process that writes a fixed list of segments and events, from wherever the database says that they stand. Run with
 * TURNLOG_CRASH_AT it dies on the way; run again, it has to finish. Arguments: database URL, spool directory.
 */
import { connect, readCursors } from '@turnlog/database'
import { exitWithParent } from '@turnlog/database/testing'
import { acquireLease, createEventWriter } from '../../src/index.ts'
import { ENTRY_BYTES, segment, turn } from './events.ts'

const [url = '', directory = ''] = process.argv.slice(2)
const SEGMENTS = 6
const EVENTS_PER_SEGMENT = 20
const host = 'here'
exitWithParent()

await using connection = connect(url)
await using lease = await acquireLease({ connection, host, holder: String(process.pid), intervalMs: 20 })
await using writer = createEventWriter({
  db: connection.db,
  host,
  lease,
  retry: { attempts: 1, delayMs: 1 },
  spool: { directory },
  report: { writeFailed: () => {}, eventDeadLettered: () => {}, outageBegan: () => {}, outageEnded: () => {} },
})

const [cursor] = await readCursors(connection.db, host)
const begin = (cursor?.offset ?? 0) / (EVENTS_PER_SEGMENT * ENTRY_BYTES)
for (let index = begin; index < SEGMENTS; index += 1) {
  const events = Array.from({ length: EVENTS_PER_SEGMENT }, (_, entry) => {
    const number = index * EVENTS_PER_SEGMENT + entry
    return turn(number === 70 ? 'poison' : `turn ${number}`, { turn_uuid: `t${number}` })
  })
  // The key follows from the turn, as it does for transcripts.
  const keyed = events.map(({ event_key: _, ...event }) => event)
  const result = await writer.writeSegment(segment(keyed, { from: index * EVENTS_PER_SEGMENT * ENTRY_BYTES }))
  if (result.status !== 'committed') throw new Error(result.status)
  await writer.writeEvent({
    event_type: 'session_ended',
    timestamp: `2026-01-01T00:00:0${index}Z`,
    payload: { session_uuid: 's', reason: 'closed' },
  })
}
await writer.flush()
