import type { PlaceRelation } from '@turnlog/database/embedded/place'
import type { DaemonReply } from '@turnlog/health'

/** What a starting daemon knows of a state directory that another one may use. */
export interface ClaimFacts {
  /** It holds the lock that only daemons of the same place share. */
  readonly hasLock: boolean
  /** What answers on the control socket. */
  readonly control: DaemonReply['kind']
  /** Where the daemon in the record runs: null without a record, `unknown` if the record cannot be read. */
  readonly holder: PlaceRelation | 'unknown' | null
  /** The record changed, or appeared, since the start began. */
  readonly hasChanged: boolean
  /** How long the record has been observed, in milliseconds. */
  readonly observedMs: number
}

/** A running daemon renews its record every 5 s. One that did not for three times as long is gone. */
export const STALE_AFTER_MS = 15_000

/** Whether a starting daemon takes the state directory, leaves it to another one, or has to observe it longer. */
export function decideClaim(facts: ClaimFacts): 'take' | 'refuse' | 'observe' {
  const { hasLock, control, holder, hasChanged, observedMs } = facts
  if (control === 'answered' || hasChanged) return 'refuse'
  // The lock proves that no daemon of this place runs, so that a usual restart does not wait.
  if (hasLock && (holder === null || holder === 'same')) return 'take'
  if (observedMs < STALE_AFTER_MS) return 'observe'
  // A process listens on the socket of a daemon elsewhere, e.g. one that is stopped.
  const isHeldElsewhere = control === 'silent' && holder !== null && holder !== 'same'
  return isHeldElsewhere ? 'refuse' : 'take'
}
