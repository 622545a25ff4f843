/** When a child that has been ready counts as hung. */
export interface LivenessPolicy {
  /** Time between two heartbeats of the child. */
  readonly intervalMs: number
  /** Heartbeats in a row that may be missing. */
  readonly missed: number
}

/** What is known about the silence of a child. */
export interface Liveness {
  /** Milliseconds without a heartbeat in which we were awake to hear one. */
  readonly silentMs: number
  readonly checkedAt: number
}

/** Checks per heartbeat interval: a hang is found at most half an interval late. */
const CHECKS_PER_INTERVAL = 2
/** A check that comes this many times too late says more about us than about the child. */
const LATE = 3

export function checkIntervalMs(policy: LivenessPolicy): number {
  return policy.intervalMs / CHECKS_PER_INTERVAL
}

export function heardFrom(now: number): Liveness {
  return { silentMs: 0, checkedAt: now }
}

/**
 * The silence as of this check. When the check itself comes late (the machine slept, we were starved or stopped), the
 * child could not be heard and may have been stopped as well: the count begins again.
 */
export function listen(policy: LivenessPolicy, liveness: Liveness, now: number): Liveness {
  const sinceCheck = now - liveness.checkedAt
  const late = sinceCheck > LATE * checkIntervalMs(policy)
  return { silentMs: late ? 0 : liveness.silentMs + sinceCheck, checkedAt: now }
}

export function isHung(policy: LivenessPolicy, liveness: Liveness): boolean {
  return liveness.silentMs > policy.intervalMs * policy.missed
}
