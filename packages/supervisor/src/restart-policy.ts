/** How often, and how soon, a child that died is restarted. */
export interface RestartPolicy {
  /** Restarts within the window after which the next death is a crash loop. */
  readonly maxRestarts: number
  readonly windowMs: number
  /** Delay of the second restart in the window; the first is immediate, each later delay is twice as long. */
  readonly initialDelayMs: number
  readonly maxDelayMs: number
}

export type RestartDecision =
  | { readonly kind: 'restart'; readonly delayMs: number; readonly recent: readonly number[] }
  | { readonly kind: 'give_up'; readonly recent: readonly number[] }

/**
 * What to do about a death: restart after a delay, or give up.
 *
 * Every automatic restart counts, however long the child lived: a counter that a long uptime resets never stops a child
 * that dies every few seconds.
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

/**
 * The restarts with a silence taken out of the window, which is as if each had happened that much later. Detecting a
 * hang takes long compared with the window, so a child that hangs after every start would otherwise never have enough
 * restarts within the window to be a crash loop.
 *
 * @param silentMs length of a silence that began after the last restart and ends now
 */
export function withoutSilence(restarts: readonly number[], silentMs: number): readonly number[] {
  return restarts.map((at) => at + silentMs)
}

/** Delay before attempt number `attempt`, from 1: doubling, up to the highest allowed. */
export function backoffMs(policy: RestartPolicy, attempt: number): number {
  return Math.min(policy.initialDelayMs * 2 ** Math.min(attempt - 1, 30), policy.maxDelayMs)
}
