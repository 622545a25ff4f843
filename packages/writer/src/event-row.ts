import { createHash } from 'node:crypto'
import { type EventIssue, eventKey, parseEvent } from '@turnlog/schema'
import { toError } from './classify-error.ts'
import type { EventDetails } from './report.ts'
import type { FileCursor } from './segment.ts'

/** The bytes of a file that an event was read from. */
export interface Origin {
  readonly cursor: FileCursor
  readonly offset: number
  readonly length: number
}

/** A validated event on its way to the database: serialized once, here, and never again. */
export interface EventRow {
  readonly key: string
  readonly type: string
  /** The event as JSON, with the names of the columns. */
  readonly json: string
  readonly origin: Origin | null
}

/** An event that cannot become a row. */
export interface RefusedEvent {
  readonly type: string
  readonly issues: readonly EventIssue[]
}

export type RowOutcome = ({ readonly ok: true } & EventRow) | ({ readonly ok: false } & RefusedEvent)

/** Validates and serializes an event. Never throws: what cannot be serialized is answered with an issue as well. */
export function toEventRow(input: unknown, origin: Origin | null, now: () => Date): RowOutcome {
  try {
    const parsed = parseEvent(input, now)
    if (!parsed.ok) return { ok: false, type: typeOf(input), issues: parsed.issues }
    const { event_key: key, event_type: type, timestamp, session_uuid } = parsed.event
    // Key, type and timestamp were checked character by character; they need no escaping.
    const json = `{"event_key":"${key}","event_type":"${type}","timestamp":"${timestamp}","session_uuid":${JSON.stringify(session_uuid)},"payload":${parsed.payloadJson}}`
    return { ok: true, key, type, json, origin }
  } catch (thrown) {
    return { ok: false, type: typeOf(input), issues: [unserializable(toError(thrown))] }
  }
}

/** What to tell people about a row. */
export function toDetails(row: EventRow): EventDetails {
  return { event_key: row.key, event_type: row.type, event: shorten(row.json), ...toPlace(row.origin) }
}

/** A name for an event of a file that has no valid key of its own: what it is made of, and where it stands. */
export function deriveKey(json: string, origin: Origin): string {
  return eventKey('dead_letter', [origin.cursor.transcript, String(origin.offset), sha256(json)])
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function toPlace(origin: Origin | null): Pick<EventDetails, 'path' | 'offset' | 'length'> {
  return origin === null ? {} : { path: origin.cursor.path, offset: origin.offset, length: origin.length }
}

const LONGEST_EVENT_SHOWN = 1_000

export function shorten(json: string): string {
  return json.length > LONGEST_EVENT_SHOWN ? `${json.slice(0, LONGEST_EVENT_SHOWN)}…` : json
}

function typeOf(input: unknown): string {
  const type = typeof input === 'object' && input !== null ? (input as { event_type?: unknown }).event_type : undefined
  return typeof type === 'string' ? type : 'unknown'
}

function unserializable(error: Error): EventIssue {
  const received = error.message
  return { path: 'payload', expected: 'JSON', received, message: `payload: expected JSON, got ${received}` }
}
