import type { Beat } from './beat.ts'
import { composeClaudeSession } from './compose-claude-session.ts'
import { composeCodexSession } from './compose-codex-session.ts'
import type { Random } from './random.ts'
import type { Scenario } from './scenario.ts'

/**
 * The records of one session, in the order in which they are written. The same random numbers give the same session.
 *
 * @param begin in milliseconds since the epoch: Codex puts it into the names of files
 */
export function composeSession(scenario: Scenario, random: Random, begin: number): readonly Beat[] {
  return scenario.agent === 'codex'
    ? composeCodexSession(scenario, random, begin)
    : composeClaudeSession(scenario, random)
}
