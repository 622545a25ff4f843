import type { Session } from '../api/answers.ts'

/*
 * What somebody who looks after many sessions wants to know of each, most urgent first:
 * `waiting`: the agent has spoken, and it is the human's turn. `silent`: the human has spoken, and no answer has come for
 * a while. `working`: something was said just now. `ended`: nothing more to do.
 */
export const ATTENTIONS = ['waiting', 'silent', 'working', 'ended'] as const
export type Attention = (typeof ATTENTIONS)[number]

/** An agent that has said nothing for this long has most likely finished. */
const PAUSE_MS = 45_000
/** An agent that has not answered for this long may be stuck. */
const SILENCE_MS = 5 * 60_000

export function decideAttention(
  session: Pick<Session, 'state' | 'last_activity_at' | 'last_turn'>,
  now: number,
): Attention {
  if (session.state === 'ended') return 'ended'
  const age = now - Date.parse(session.last_activity_at)
  const isAgent = session.last_turn?.actor === 'agent'
  if (age > (isAgent ? PAUSE_MS : SILENCE_MS)) return isAgent ? 'waiting' : 'silent'
  return 'working'
}

/** The order of the list: by what needs a look, the latest first. */
export function byAttention<One extends Pick<Session, 'state' | 'last_activity_at' | 'last_turn'>>(
  sessions: readonly One[],
  now: number,
): readonly (One & { readonly attention: Attention })[] {
  const found = sessions.map((session) => ({ ...session, attention: decideAttention(session, now) }))
  return ATTENTIONS.flatMap((attention) => found.filter((session) => session.attention === attention))
}
