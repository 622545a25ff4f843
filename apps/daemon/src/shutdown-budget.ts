/**
 * How `shutdown_timeout_seconds` (2 s) is divided, in milliseconds after the signal. With the default:
 *
 *   signal to the daemon    0 ──── children flush ──── 1.6   1.7        children that are still there are killed
 *                                                             │ 1.72    PostgreSQL stops "fast" until here,
 *                                                             │ 1.76    then "immediate", then it is killed
 *                                                             │ 1.95    and it is gone: time to find what it left behind
 *                                                             └ 2.0     the daemon has exited
 *   signal to a child alone 0 ──── it flushes ──────────────────── 1.8   2.0   it is killed
 */
export interface ShutdownBudget {
  /** A child that the daemon stops: when it exits by itself at the latest, and when it is killed. */
  readonly requested: StopTimes
  /** A child that got the signal itself. Nothing has to stop after it, so it has more time. */
  readonly unrequested: StopTimes
  readonly database: {
    /** Until when PostgreSQL may shut down cleanly. */
    readonly fastMs: number
    /** When it is killed. Nothing committed is lost by that. */
    readonly killMs: number
  }
  /** How long the daemon's last log lines may take when all of this is done. */
  readonly lastLinesMs: number
}

interface StopTimes {
  /** How long the writer may write what is pending; the rest of the flush is for its spool, the lease and the log. */
  readonly writerMs: number
  readonly flushMs: number
  readonly killMs: number
}

const SHARES = {
  requested: { writer: 0.7, flush: 0.8, kill: 0.85 },
  unrequested: { writer: 0.8, flush: 0.9, kill: 1 },
  database: { fast: 0.86, kill: 0.88 },
  lastLines: 0.02,
} as const

/** The shares of `shutdown_timeout_seconds`. */
export function shutdownBudget(shutdownTimeoutSeconds: number): ShutdownBudget {
  const share = (part: number): number => Math.round(shutdownTimeoutSeconds * 1000 * part)
  const stopTimes = ({ writer, flush, kill }: (typeof SHARES)['requested' | 'unrequested']): StopTimes => ({
    writerMs: share(writer),
    flushMs: share(flush),
    killMs: share(kill),
  })
  const { requested, unrequested, database } = SHARES
  return {
    requested: stopTimes(requested),
    unrequested: stopTimes(unrequested),
    database: { fastMs: share(database.fast), killMs: share(database.kill) },
    lastLinesMs: share(SHARES.lastLines),
  }
}
