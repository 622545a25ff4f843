import * as v from 'valibot'
import { defineEventType } from './define-event-type.ts'
import { text } from './vocabulary.ts'

/** What moved an agent from one state to another. */
export const TRANSITION_TRIGGERS = ['turn', 'timeout', 'manual'] as const
export type TransitionTrigger = (typeof TRANSITION_TRIGGERS)[number]

export const stateTransition = defineEventType({
  name: 'state_transition',
  description: 'An agent went from one state to another in its work on a task.',
  payload: v.looseObject({
    agent_id: text,
    task_id: text,
    from_state: text,
    to_state: text,
    trigger: v.picklist(TRANSITION_TRIGGERS),
    confidence: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))),
  }),
  sessionUuid: () => null,
})
