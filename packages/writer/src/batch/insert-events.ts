import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import type { EventRow } from '../intake/event-row.ts'
import { atStep } from './batch-step.ts'
import { recordset } from './recordset.ts'

/** An event as its row's JSON has it. */
interface EventRecord {
  readonly event_key: string
  readonly event_type: string
  readonly timestamp: string
  readonly session_uuid: string | null
  readonly payload: string
}

/**
 * Inserts events; those whose key is in the log already are left as they are.
 *
 * @returns the ids of the new rows, by key
 */
export async function insertEvents(
  trx: Kysely<Database>,
  host: string,
  rows: readonly EventRow[],
): Promise<ReadonlyMap<string, string>> {
  if (rows.length === 0) return new Map()
  const events = recordset<'event', EventRecord>('event', `[${rows.map((row) => row.json).join(',')}]`, {
    event_key: 'uuid',
    event_type: 'text',
    timestamp: 'timestamptz',
    session_uuid: 'text',
    payload: 'jsonb',
  })
  const inserted = await atStep(
    'events',
    trx
      .insertInto('events')
      .columns(['event_key', 'event_type', 'timestamp', 'session_uuid', 'payload', 'host'])
      .expression((eb) =>
        eb
          .selectFrom(events)
          .select(['event_key', 'event_type', 'timestamp', 'session_uuid', 'payload', eb.val(host).as('host')]),
      )
      .onConflict((conflict) => conflict.column('event_key').doNothing())
      .returning(['id', 'event_key'])
      .execute(),
  )
  return toIdMap(inserted)
}

/** The ids of the events with these keys. */
export async function readIds(db: Kysely<Database>, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  return toIdMap(
    await atStep(
      'events',
      db.selectFrom('events').select(['id', 'event_key']).where('event_key', 'in', keys).execute(),
    ),
  )
}

function toIdMap(rows: readonly { readonly id: string; readonly event_key: string }[]): ReadonlyMap<string, string> {
  return new Map(rows.map(({ event_key, id }) => [event_key, id]))
}
