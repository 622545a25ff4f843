import { randomUUID } from 'node:crypto'
import type { Client, Pool, PoolClient } from 'pg'

const INSERT = `insert into events (event_key, event_type, timestamp, session_uuid, host, payload)
  values ($1, $2, $3, $4, 'here', $5)`

export interface SomeEvent {
  readonly type?: string
  readonly session?: string
  readonly timestamp?: string
  readonly payload?: object
}

/** Inserts an event, and tells those who listen, as the writer does. */
export async function insertTurn(on: Pool | PoolClient | Client, text: string, event: SomeEvent = {}): Promise<void> {
  const { type = 'turn_detected', session = 's', timestamp = new Date().toISOString(), payload = {} } = event
  const values = [randomUUID(), type, timestamp, session, JSON.stringify({ text, actor: 'user', ...payload })]
  await on.query(INSERT, values)
  await on.query(`select pg_notify('turnlog_events', '')`)
}
