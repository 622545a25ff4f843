import * as v from 'valibot'
import { isTimestamp } from '../timestamp.ts'
import { defineEventType } from './define-event-type.ts'
import { ACTORS, AGENTS, TURN_SOURCES, text, timestamp } from './vocabulary.ts'

export const turnDetected = defineEventType({
  name: 'turn_detected',
  description: 'A human or an agent said something: one event per transcript entry that carries words.',
  payload: v.looseObject({
    session_uuid: text,
    actor: v.picklist(ACTORS),
    text: v.string(),
    source: v.picklist(TURN_SOURCES),
    turn_timestamp: timestamp,
    agent: v.optional(v.picklist(AGENTS)),
    turn_uuid: v.optional(text),
    parent_turn_uuid: v.optional(text),
    message_id: v.optional(text),
    agent_id: v.optional(text),
    is_sidechain: v.optional(v.boolean()),
    model: v.optional(v.string()),
    project_path: v.optional(v.string()),
    kind: v.optional(text),
    attachments: v.optional(v.array(v.looseObject({ type: text }))),
  }),
  isUsual: isUsualTurn,
  sessionUuid: (payload) => payload.session_uuid,
  timestamp: (payload) => payload.turn_timestamp,
  identity: (payload) => [
    payload.agent ?? '',
    payload.session_uuid,
    ...(payload.turn_uuid === undefined ? [payload.turn_timestamp, payload.actor, payload.text] : [payload.turn_uuid]),
  ],
})

// Has to say the same as the schema, field by field, as far as it says anything; a property test holds them together.
function isUsualTurn(payload: Readonly<Record<string, unknown>>): boolean {
  return (
    isText(payload.session_uuid) &&
    ACTORS.includes(payload.actor as never) &&
    typeof payload.text === 'string' &&
    TURN_SOURCES.includes(payload.source as never) &&
    typeof payload.turn_timestamp === 'string' &&
    isTimestamp(payload.turn_timestamp) &&
    (payload.agent === undefined || AGENTS.includes(payload.agent as never)) &&
    isOptionalText(payload.turn_uuid) &&
    isOptionalText(payload.parent_turn_uuid) &&
    isOptionalText(payload.message_id) &&
    isOptionalText(payload.agent_id) &&
    (payload.is_sidechain === undefined || typeof payload.is_sidechain === 'boolean') &&
    (payload.model === undefined || typeof payload.model === 'string') &&
    (payload.project_path === undefined || typeof payload.project_path === 'string') &&
    isOptionalText(payload.kind) &&
    payload.attachments === undefined
  )
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isOptionalText(value: unknown): boolean {
  return value === undefined || isText(value)
}
