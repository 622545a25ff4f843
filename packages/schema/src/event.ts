import type { EventType, Payload } from './taxonomy.ts'

/**
 * What a caller hands in to be recorded.
 *
 * `event_key` says what the event *is*: the same key is never stored twice. Left out, it is derived from the payload
 * where that tells one event from another (`turn_detected`, `session_registered`), or from the payload and a given
 * `timestamp`, and is a new random one otherwise.
 *
 * `timestamp` says when it happened (ISO 8601 with offset). Left out, it is taken from the payload if that says so
 * (`turn_timestamp`), and is the time of writing otherwise.
 */
export type EventInput<Type extends EventType = EventType> = {
  [T in Type]: {
    readonly event_type: T
    readonly payload: Payload<T>
    readonly event_key?: string | undefined
    readonly timestamp?: string | undefined
  }
}[Type]

/** A validated event, with text that Postgres can store and everything that a row needs. */
export type Event<Type extends EventType = EventType> = {
  [T in Type]: {
    readonly event_type: T
    readonly event_key: string
    readonly timestamp: string
    readonly session_uuid: string | null
    readonly payload: Payload<T>
  }
}[Type]
