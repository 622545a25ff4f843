import * as v from 'valibot'
import { defineEventType } from './define-event-type.ts'
import { text } from './vocabulary.ts'

export const hookReceived = defineEventType({
  name: 'hook_received',
  description: 'An agent called a hook.',
  payload: v.looseObject({
    hook_type: text,
    claude_session_id: text,
    working_directory: v.string(),
  }),
  sessionUuid: (payload) => payload.claude_session_id,
})
