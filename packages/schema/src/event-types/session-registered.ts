import * as v from 'valibot'
import { defineEventType } from './define-event-type.ts'
import { AGENTS, text } from './vocabulary.ts'

export const sessionRegistered = defineEventType({
  name: 'session_registered',
  description: 'A session was seen for the first time.',
  payload: v.looseObject({
    session_uuid: text,
    project_path: v.string(),
    working_directory: v.string(),
    agent: v.optional(v.picklist(AGENTS)),
    agent_version: v.optional(v.string()),
    git_branch: v.optional(v.string()),
    transcript_path: v.optional(v.string()),
    parent_session_uuid: v.optional(text),
    forked_from_session_uuid: v.optional(text),
    iterm_pane_id: v.optional(v.string()),
  }),
  sessionUuid: (payload) => payload.session_uuid,
  identity: (payload) => [payload.agent ?? '', payload.session_uuid],
})
