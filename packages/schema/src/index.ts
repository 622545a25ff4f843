export { cleanText, isStorableText, REPAIRS_KEY, type TextRepair } from './clean-text.ts'
export type { Event, EventInput } from './event.ts'
export { eventKey } from './event-key.ts'
export { SESSION_END_REASONS, type SessionEndReason } from './event-types/session-ended.ts'
export { TRANSITION_TRIGGERS, type TransitionTrigger } from './event-types/state-transition.ts'
export {
  ACTORS,
  type Actor,
  AGENTS,
  type Agent,
  TURN_KINDS,
  TURN_SOURCES,
  type TurnKind,
  type TurnSource,
} from './event-types/vocabulary.ts'
export type { EventIssue } from './issue.ts'
export { eventJsonSchema, type JsonSchema, payloadJsonSchema } from './json-schema.ts'
export { type ParsedEvent, parseEvent } from './parse-event.ts'
export { EVENT_TYPES, type EventType, isEventType, type Payload, TAXONOMY } from './taxonomy.ts'
export { isTimestamp } from './timestamp.ts'
