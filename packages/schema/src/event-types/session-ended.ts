import * as v from 'valibot'
import { defineEventType } from './define-event-type.ts'
import { text } from './vocabulary.ts'

/** Why a session is over: nothing came for a while, it was signed off, or its end was seen. */
export const SESSION_END_REASONS = ['timeout', 'unregistered', 'closed'] as const
export type SessionEndReason = (typeof SESSION_END_REASONS)[number]

export const sessionEnded = defineEventType({
  name: 'session_ended',
  description: 'A session came to its end. One that comes back can end again.',
  payload: v.looseObject({
    session_uuid: text,
    reason: v.picklist(SESSION_END_REASONS),
    duration_seconds: v.optional(v.pipe(v.number(), v.finite(), v.minValue(0))),
  }),
  sessionUuid: (payload) => payload.session_uuid,
})
