import type * as v from 'valibot'
import { hookReceived } from './event-types/hook-received.ts'
import { sessionEnded } from './event-types/session-ended.ts'
import { sessionRegistered } from './event-types/session-registered.ts'
import { stateTransition } from './event-types/state-transition.ts'
import { turnDetected } from './event-types/turn-detected.ts'

/**
 * The taxonomy: every type of event there is. Closed at run time; to add one, write its file below `event-types/`
 * and name it here. The types, the validator, the JSON Schema and the documentation follow from this table.
 */
export const TAXONOMY = {
  session_registered: sessionRegistered,
  session_ended: sessionEnded,
  turn_detected: turnDetected,
  state_transition: stateTransition,
  hook_received: hookReceived,
} as const

/** The name of a type of event, as it stands in the column `event_type`. */
export type EventType = keyof typeof TAXONOMY

/** The names of all types of events. */
export const EVENT_TYPES = Object.keys(TAXONOMY) as readonly EventType[]

/** The payload of one type of event, as it is stored. */
export type Payload<Type extends EventType> = v.InferOutput<(typeof TAXONOMY)[Type]['payload']>

/** Tells whether a name is one of the taxonomy's. */
export function isEventType(name: unknown): name is EventType {
  return typeof name === 'string' && Object.hasOwn(TAXONOMY, name)
}
