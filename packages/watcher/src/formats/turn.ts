import { type Agent, type EventInput, eventKey, type Payload } from '@turnlog/schema'
import type { EntryTime } from './entry-clock.ts'

type TurnPayload = Payload<'turn_detected'>

/** What the formats know about a turn beside its time; keys that are undefined are left out. */
export type TurnContent = Pick<TurnPayload, 'session_uuid' | 'actor' | 'text'> & Readonly<Record<string, unknown>>

/** Which entry a turn is. */
export interface TurnOrigin {
  readonly agent: Agent
  /** The transcript's own name. */
  readonly transcript: string
  /** The entry's own id, or where it stands if it has none: see {@link entryId}. */
  readonly entry: string
}

/** The identity of an entry inside its transcript: its uuid, or its byte offset (`@1234`) where it carries none. */
export function entryId(uuid: string | undefined, offset: number): string {
  return uuid ?? `@${offset}`
}

/**
 * The event of a turn. The text is the words as they were written, white space around them included; only what a
 * program wrapped around them is cut away by the formats.
 */
export function createTurn(origin: TurnOrigin, time: EntryTime, content: TurnContent): EventInput<'turn_detected'> {
  const payload: Record<string, unknown> = { agent: origin.agent, source: 'watch', turn_timestamp: time.timestamp }
  for (const key of Object.keys(content)) if (content[key] !== undefined) payload[key] = content[key]
  if (time.source !== undefined) payload.timestamp_source = time.source
  return {
    event_type: 'turn_detected',
    event_key: eventKey('turn_detected', [origin.agent, origin.transcript, origin.entry]),
    timestamp: time.timestamp,
    payload: payload as TurnPayload,
  }
}
