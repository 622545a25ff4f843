/**
 * Why a child is not there any more: it went by itself (`exit`, `signal`), was killed for its silence (`hung`,
 * `not_ready`), never came to be (`spawn_error`), or left because it was asked to (`stop`, `restart`).
 */
export const EXIT_REASONS = ['exit', 'signal', 'hung', 'not_ready', 'spawn_error', 'stop', 'restart'] as const
export type ExitReason = (typeof EXIT_REASONS)[number]

/** How one incarnation of a child ended. */
export interface ChildExit {
  readonly reason: ExitReason
  readonly pid: number | null
  readonly instance: string | null
  /** Null when it died by a signal or never came to be: exit code 0 always means exit code 0. */
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly uptimeMs: number
  /** Wall-clock time, ISO 8601. */
  readonly at: string
  /** What was wrong, when the process could not be started. */
  readonly error: string | null
}
