import { createHash } from 'node:crypto'
import { type EventIssue, eventKey, parseEvent } from '@turnlog/schema'
import { toError } from '../delivery/classify-error.ts'
import type { EventDetails } from '../report.ts'
import type { FileCursor } from '../segment.ts'

/** The bytes of a file that an event was read from. */
export interface Origin {
  readonly cursor: FileCursor
  readonly offset: number
  readonly length: number
}

/** A validated event on its way to the database, serialized once. */
export interface EventRow {
  readonly key: string
  readonly type: string
  readonly session: string | null
  /** The event as JSON, with the names of the columns. */
  readonly json: string
  readonly origin: Origin | null
}

/** An event that cannot become a row. */
export interface RejectedEvent {
  readonly type: string
  readonly issues: readonly EventIssue[]
}

export type RowOutcome = ({ readonly ok: true } & EventRow) | ({ readonly ok: false } & RejectedEvent)

/** Validates and serializes an event. Never throws: an event that cannot be serialized is rejected with an issue. */
export function toEventRow(input: unknown, origin: Origin | null, now: () => Date): RowOutcome {
  try {
    const parsed = parseEvent(input, now)
    if (!parsed.ok) return { ok: false, type: typeOf(input), issues: parsed.issues }
    const { event_key: key, event_type: type, timestamp, session_uuid: session } = parsed.event
    // Key, type and timestamp contain no character that JSON escapes.
    const json = `{"event_key":"${key}","event_type":"${type}","timestamp":"${timestamp}","session_uuid":${JSON.stringify(session)},"payload":${parsed.payloadJson}}`
    return { ok: true, key, type, session, json, origin }
  } catch (thrown) {
    return { ok: false, type: typeOf(input), issues: [unserializable(toError(thrown))] }
  }
}

/** The row of an event that was serialized before, e.g. by an earlier process that left it in the spool. */
export function fromSerialized(json: string): EventRow {
  const event = JSON.parse(json) as { event_key: string; event_type: string; session_uuid: string | null }
  return { key: event.event_key, type: event.event_type, session: event.session_uuid, json, origin: null }
}

/** What a report says about a row. */
export function toDetails(row: EventRow): EventDetails {
  const { key, type, session, json, origin } = row
  return { event_key: key, event_type: type, session_uuid: session, event: shorten(json), ...toPlace(origin) }
}

/** A key for an event of a file that has no valid key: from its transcript, its offset and its content. */
export function deriveKey(json: string, origin: Origin): string {
  return eventKey('dead_letter', [origin.cursor.transcript, String(origin.offset), sha256(json)])
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function toPlace(origin: Origin | null): Pick<EventDetails, 'path' | 'offset' | 'length'> {
  return origin === null ? {} : { path: origin.cursor.path, offset: origin.offset, length: origin.length }
}

const MAX_EVENT_SHOWN = 1_000

export function shorten(json: string): string {
  return json.length > MAX_EVENT_SHOWN ? `${json.slice(0, MAX_EVENT_SHOWN)}…` : json
}

function typeOf(input: unknown): string {
  const type = typeof input === 'object' && input !== null ? (input as { event_type?: unknown }).event_type : undefined
  return typeof type === 'string' ? type : 'unknown'
}

function unserializable(error: Error): EventIssue {
  const received = error.message
  return { path: 'payload', expected: 'JSON', received, message: `payload: expected JSON, got ${received}` }
}
