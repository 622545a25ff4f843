/** When a child that has been ready counts as hung. */
export interface LivenessPolicy {
  /** Time between two heartbeats of the child. */
  readonly intervalMs: number
  /** Silence after which the child is killed. Several intervals, so that one late heartbeat changes nothing. */
  readonly timeoutMs: number
}

/** What is known about the silence of a child. */
export interface Liveness {
  /** Milliseconds without a heartbeat during which the supervisor was able to receive one. */
  readonly silentMs: number
  readonly checkedAt: number
}

/** Checks per heartbeat interval: a hang is detected at most half an interval late. */
const CHECKS_PER_INTERVAL = 2
/** A check that is late by this factor shows that the supervisor was starved, so it says nothing about the child. */
const LATE = 3

export function checkIntervalMs(policy: LivenessPolicy): number {
  return policy.intervalMs / CHECKS_PER_INTERVAL
}

export function heardFrom(now: number): Liveness {
  return { silentMs: 0, checkedAt: now }
}

/**
 * The silence as of this check. When the check itself is late (the machine was suspended, the supervisor was starved or
 * stopped), heartbeats could not be received and the child may have been stopped as well, so the count restarts.
 */
export function listen(policy: LivenessPolicy, liveness: Liveness, now: number): Liveness {
  const sinceCheck = now - liveness.checkedAt
  const late = sinceCheck > LATE * checkIntervalMs(policy)
  return { silentMs: late ? 0 : liveness.silentMs + sinceCheck, checkedAt: now }
}

export function isHung(policy: LivenessPolicy, liveness: Liveness): boolean {
  return liveness.silentMs > policy.timeoutMs
}
