import { DEFAULT_PROBE, type ProbeTemplate } from '../batch/probe-insert.ts'
import type { Clock } from '../clock.ts'
import { decideDelay } from '../delivery/backoff.ts'
import { needsRepair } from '../delivery/classify-error.ts'
import type { WriterReport } from '../report.ts'

/** `configuration`: a person must repair something, e.g. a password, a table, a trigger. */
export type OutageCause = 'database' | 'configuration'

const FIRST_PROBE_MS = 100
/** Rows should flow within a second of the database's return; a wrong password does not change that quickly. */
const MAX_WAIT_MS = { database: 500, configuration: 5_000 } as const satisfies Record<OutageCause, number>

/** A time in which nothing can be written. */
export interface Outage {
  readonly since: number
  readonly cause: OutageCause
  readonly error: Error
  /** What the database must accept before writing continues. */
  readonly probe: ProbeTemplate
  /** Number of failed probes so far. */
  readonly probes: number
}

/** How long to wait before the next probe, in milliseconds. */
export function decideProbeDelay(outage: Outage, random: number): number {
  return decideDelay(outage.probes + 1, FIRST_PROBE_MS, random, MAX_WAIT_MS[outage.cause])
}

/** The current outage, if there is one. Reports when one begins, when its cause changes, and when it ends. */
export class OutageState {
  readonly #clock: Clock
  readonly #report: WriterReport
  #current: Outage | null = null

  constructor(clock: Clock, report: WriterReport) {
    this.#clock = clock
    this.#report = report
  }

  get current(): Outage | null {
    return this.#current
  }

  /** A write or a probe failed: an outage begins, or continues, perhaps with another error. */
  record(error: Error, probe: ProbeTemplate = this.#current?.probe ?? DEFAULT_PROBE): void {
    const before = this.#current
    const cause = needsRepair(error) ? 'configuration' : 'database'
    const probes = before === null ? 0 : before.probes + 1
    this.#current = { since: before?.since ?? this.#clock.now(), cause, error, probe, probes }
    if (before?.cause !== cause) this.#report.outageBegan({ cause, error })
  }

  end(): void {
    const outage = this.#current
    if (outage === null) return
    this.#current = null
    this.#report.outageEnded({ durationMs: this.#clock.now() - outage.since })
  }
}
