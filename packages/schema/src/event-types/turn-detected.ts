import * as v from 'valibot'
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
  sessionUuid: (payload) => payload.session_uuid,
  timestamp: (payload) => payload.turn_timestamp,
  identity: (payload) => [
    payload.agent ?? '',
    payload.session_uuid,
    ...(payload.turn_uuid === undefined ? [payload.turn_timestamp, payload.actor, payload.text] : [payload.turn_uuid]),
  ],
})
