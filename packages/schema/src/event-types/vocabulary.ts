import * as v from 'valibot'
import { isTimestamp } from '../timestamp.ts'

/** The coding agents whose transcripts turnlog reads. */
export const AGENTS = ['claude_code', 'codex'] as const
export type Agent = (typeof AGENTS)[number]

/** Who wrote the words of a turn. The prompt that an agent writes for its subagent is the agent's. */
export const ACTORS = ['user', 'agent'] as const
export type Actor = (typeof ACTORS)[number]

/** How a turn came to be known. */
export const TURN_SOURCES = ['watch', 'polling', 'hook'] as const
export type TurnSource = (typeof TURN_SOURCES)[number]

/** The kinds of turn that turnlog's own formats tell apart; other writers may add theirs. */
export const TURN_KINDS = ['prompt', 'reply', 'steering', 'slash_command', 'bash_input', 'plan', 'delegation'] as const
export type TurnKind = (typeof TURN_KINDS)[number]

/** A string with at least one character. */
export const text = v.pipe(v.string(), v.minLength(1))

/** ISO 8601 with a time-zone offset, and a day that the calendar has. */
export const timestamp = v.pipe(
  v.string(),
  v.check(isTimestamp, (issue) => `Invalid timestamp: Expected ISO 8601 with offset but received ${issue.received}`),
)
