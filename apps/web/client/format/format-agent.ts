import type { Agent } from '@turnlog/schema'

/** What people call each of them. */
export const AGENT_NAMES = { claude_code: 'Claude Code', codex: 'Codex' } as const satisfies Record<Agent, string>

/** An agent that this page does not know has the name that the log has for it. */
export function formatAgent(agent: string | null): string {
  return agent === null ? '' : agent in AGENT_NAMES ? AGENT_NAMES[agent as Agent] : agent
}
