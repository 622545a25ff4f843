/** How often, and how soon, a child that died is started again. */
export interface RestartPolicy {
  /** Restarts within the window after which the next death is one too many. */
  readonly maxRestarts: number
  readonly windowMs: number
  /** Delay of the second restart in the window; the first comes at once, each later one waits twice as long. */
  readonly initialDelayMs: number
  readonly maxDelayMs: number
}

export type RestartDecision =
  | { readonly kind: 'restart'; readonly delayMs: number; readonly recent: readonly number[] }
  | { readonly kind: 'give_up'; readonly recent: readonly number[] }

/**
 * What to do about a death: start again after a delay, or give up.
 *
 * Every automatic restart counts, however long the child lived: counters that a long enough life sets to zero never
 * trip on a child that dies every few seconds.
 *
 * @param restarts monotonic times of the automatic restarts so far
 */
export function decideRestart(policy: RestartPolicy, restarts: readonly number[], now: number): RestartDecision {
  const recent = restartsInWindow(policy, restarts, now)
  if (recent.length >= policy.maxRestarts) return { kind: 'give_up', recent }
  return { kind: 'restart', delayMs: recent.length === 0 ? 0 : backoffMs(policy, recent.length), recent }
}

/** The restarts that still count: those less than a window ago. */
export function restartsInWindow(policy: RestartPolicy, restarts: readonly number[], now: number): readonly number[] {
  return restarts.filter((at) => now - at < policy.windowMs)
}

/** Delay before attempt number `attempt`, from 1: doubling, up to the highest allowed. */
export function backoffMs(policy: RestartPolicy, attempt: number): number {
  return Math.min(policy.initialDelayMs * 2 ** Math.min(attempt - 1, 30), policy.maxDelayMs)
}
