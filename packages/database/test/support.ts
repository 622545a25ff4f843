import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import type { Database } from '../src/index.ts'

/** What a row of the log may say; the rest is filled in. */
export interface SomeEvent {
  readonly event_type?: string
  readonly timestamp?: string
  readonly session_uuid?: string | null
  readonly payload?: object
}

/** Inserts one event as a transaction of its own. */
export async function insertSome(db: Kysely<Database>, event: SomeEvent): Promise<void> {
  const row = {
    event_key: randomUUID(),
    event_type: event.event_type ?? 'turn_detected',
    timestamp: event.timestamp ?? '2026-01-02T03:04:05Z',
    session_uuid: event.session_uuid === undefined ? 's' : event.session_uuid,
    host: 'here',
    payload: JSON.stringify(event.payload ?? {}),
  }
  await db.insertInto('events').values(row).execute()
}

export function insertTurn(db: Kysely<Database>, text: string, event: SomeEvent = {}): Promise<void> {
  return insertSome(db, { ...event, payload: { text, actor: 'user', agent: 'codex', ...event.payload } })
}
