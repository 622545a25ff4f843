import { decideDelay } from './backoff.ts'

export type OutageCause = 'database' | 'configuration'

const FIRST_PROBE_MS = 100
/** Rows should flow within a second of the database's return; a wrong password does not change that quickly. */
const LONGEST_WAIT_MS = { database: 500, configuration: 5_000 } as const satisfies Record<OutageCause, number>

/** A time in which nothing can be written. */
export interface Outage {
  readonly since: number
  readonly cause: OutageCause
  readonly error: Error
  /** How often the database was asked in vain. */
  readonly probes: number
}

/** An outage begins, or goes on for (perhaps) another reason. */
export function prolongOutage(outage: Outage | null, cause: OutageCause, error: Error, now: number): Outage {
  return { since: outage?.since ?? now, cause, error, probes: (outage?.probes ?? -1) + 1 }
}

/** How long to wait before asking again, in milliseconds. */
export function decideProbeDelay(outage: Outage, random: number): number {
  return decideDelay(outage.probes + 1, FIRST_PROBE_MS, random, LONGEST_WAIT_MS[outage.cause])
}
