import type { StoredSession } from '@turnlog/database'

/** `active`: a turn within minutes. `idle`: none for longer. `ended`: it ended, or nobody spoke for hours. */
export const SESSION_STATES = ['active', 'idle', 'ended'] as const
export type SessionState = (typeof SESSION_STATES)[number]

/** Age of the last turn up to which a session counts as active. */
const ACTIVE_MS = 5 * 60_000

export function decideSessionState(
  session: Pick<StoredSession, 'last_activity_at' | 'ended'>,
  now: number,
  inactivityTimeoutMs: number,
): SessionState {
  if (session.ended !== null) return 'ended'
  const age = now - Date.parse(session.last_activity_at)
  if (age <= ACTIVE_MS) return 'active'
  return age <= inactivityTimeoutMs ? 'idle' : 'ended'
}
