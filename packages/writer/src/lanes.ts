import { type Counters, createCounters, type WriterStatus } from './counters.ts'
import type { ResolvedOptions } from './options.ts'
import type { WriterReport } from './report.ts'
import { Spool } from './spool/spool.ts'
import type { Unit } from './unit.ts'
import { WriteLoop } from './write-loop.ts'

/**
 * Several loops that write beside each other, as one. A file belongs to one lane, so that its segments stay in order;
 * events without a file belong to the first, which has the spool.
 */
export class Lanes {
  readonly counters: Counters = createCounters()
  readonly #loops: readonly WriteLoop[]
  readonly #spool: Spool | null

  constructor(options: ResolvedOptions) {
    this.#spool = options.spool === null ? null : new Spool({ ...options.spool, report: options.report })
    const told = { ...options, report: tellOutagesOnce(options.report, () => this.#loops) }
    this.#loops = Array.from(
      { length: options.lanes },
      (_, lane) =>
        new WriteLoop(told, this.counters, lane === 0 ? this.#spool : null, () => this.#loops[0]?.hasSpooled === true),
    )
  }

  get leaseLost(): boolean {
    return this.#loops.some((loop) => loop.leaseLost)
  }

  get spooledCount(): number {
    return this.#spool?.count ?? 0
  }

  get outage(): WriterStatus['outage'] {
    const outage = this.#loops.find((loop) => loop.outage !== null)?.outage
    if (outage == null) return null
    return { since: new Date(outage.since).toISOString(), cause: outage.cause, error: outage.error.message }
  }

  /** Begins with what an earlier process left in the spool. */
  start(): void {
    for (const loop of this.#loops) loop.start()
  }

  add(unit: Unit): void {
    const lane = unit.kind === 'event' ? 0 : decideLane(unit.segment.cursor.file.inode, this.#loops.length)
    this.#loops[lane]?.add(unit)
  }

  async stop(timeoutMs: number): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop(timeoutMs)))
  }
}

/** The lane of a file: by the last digits of its inode, since files made together have inodes in a row. */
export function decideLane(inode: string, lanes: number): number {
  return Number(inode.slice(-6)) % lanes
}

/** All lanes find out about an outage; who listens wants to hear of its beginning once, and of its end when it is over. */
function tellOutagesOnce(report: WriterReport, loops: () => readonly WriteLoop[]): WriterReport {
  const lanesOut = (): number => loops().filter((loop) => loop.outage !== null).length
  let cause: string | null = null
  return {
    ...report,
    outageBegan: (outage) => {
      if (cause !== outage.cause) report.outageBegan(outage)
      cause = outage.cause
    },
    outageEnded: (outage) => {
      if (lanesOut() > 0) return
      cause = null
      report.outageEnded(outage)
    },
  }
}
