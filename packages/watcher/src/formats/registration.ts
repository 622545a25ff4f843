import { type Agent, type EventInput, eventKey, type Payload } from '@turnlog/schema'
import type { EntryTime } from './entry-clock.ts'

type RegistrationPayload = Payload<'session_registered'>

/** What the formats know about a session; keys that are undefined are left out. */
export type SessionContent = Pick<RegistrationPayload, 'session_uuid' | 'project_path' | 'working_directory'> &
  Readonly<Record<string, unknown>>

/** The event of a session that was seen for the first time. Seen again, it has the same key. */
export function createRegistration(
  agent: Agent,
  time: EntryTime,
  content: SessionContent,
): EventInput<'session_registered'> {
  const payload: Record<string, unknown> = { agent }
  for (const [key, value] of Object.entries(content)) if (value !== undefined) payload[key] = value
  if (time.source !== undefined) payload.timestamp_source = time.source
  return {
    event_type: 'session_registered',
    event_key: eventKey('session_registered', [agent, content.session_uuid]),
    timestamp: time.timestamp,
    payload: payload as RegistrationPayload,
  }
}
