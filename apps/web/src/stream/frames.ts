import type { LogPosition, StoredEvent } from '@turnlog/database'
import { formatLogCursor } from '../api/cursor.ts'
import { toApiEvent } from '../api/to-api-event.ts'

/*
 * Server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
 * An event of the log is a `message`; everything else that a client is told has a name of its own.
 */

/**
 * What a stream says of itself. `live`: what is recorded is sent at once. `behind`: older events are still being sent.
 * `waiting`: the database does not answer. `reset`: the place to go on from is not in this log; it begins again at now.
 */
export type StreamState = 'live' | 'behind' | 'waiting' | 'reset'

/** When a client that lost its connection comes back, in milliseconds. */
const RETRY_MS = 1_000

export const RETRY = `retry: ${RETRY_MS}\n\n`

// Followers share events, so each of them is made into text once.
const frames = new WeakMap<StoredEvent, string>()

export function formatEvent(event: StoredEvent): string {
  const known = frames.get(event)
  if (known !== undefined) return known
  // JSON has no line breaks, so it is one line of data.
  const frame = `id: ${formatLogCursor(event)}\ndata: ${JSON.stringify(toApiEvent(event))}\n\n`
  frames.set(event, frame)
  return frame
}

/** Moves the place to go on from, past events that the client did not ask for. Dispatches nothing in the client. */
export function formatPosition(position: LogPosition): string {
  return `id: ${formatLogCursor(position)}\n\n`
}

export function formatState(state: StreamState): string {
  return `event: state\ndata: ${JSON.stringify({ state })}\n\n`
}

/** Keeps the connection open, shows a client that is gone, and lets a client see a connection that is dead. */
export function formatHeartbeat(intervalMs: number): string {
  return `event: heartbeat\ndata: ${JSON.stringify({ interval_ms: intervalMs })}\n\n`
}
