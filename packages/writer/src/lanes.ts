import { Announcer } from './announcer.ts'
import { toFileKey } from './batch/batch.ts'
import { PlanEra } from './batch/plan-era.ts'
import { type Counters, createCounters, type WriterStatus } from './counters.ts'
import type { ResolvedOptions } from './options.ts'
import type { WriterReport } from './report.ts'
import type { SegmentResult } from './results.ts'
import { Spool } from './spool/spool.ts'
import type { SegmentUnit, Unit } from './unit.ts'
import { WriteLoop } from './write-loop.ts'

/** Where a file's segments are as long as any of them is not settled. */
interface Home {
  readonly lane: number
  units: number
}

/**
 * Several loops that write beside each other, as one. While segments of a file are under way, all of them are in one
 * lane, so that they stay in order; events without a file belong to the first, which has the spool.
 */
export class Lanes {
  readonly counters: Counters = createCounters()
  readonly #loops: readonly WriteLoop[]
  readonly #spool: Spool | null
  readonly #announcer: Announcer
  readonly #homes = new Map<string, Home>()

  constructor(options: ResolvedOptions) {
    this.#spool = options.spool === null ? null : new Spool({ ...options.spool, report: options.report })
    this.#announcer = new Announcer(options.db)
    const shared = { counters: this.counters, announcer: this.#announcer, era: new PlanEra() }
    const told = { ...options, report: tellOutagesOnce(options.report, () => this.#loops) }
    this.#loops = Array.from(
      { length: options.lanes },
      (_, lane) =>
        new WriteLoop(told, shared, lane === 0 ? this.#spool : null, () => this.#loops[0]?.hasSpooled === true),
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
    if (unit.kind === 'event') this.#loops[0]?.add(unit)
    else this.#addSegment(unit)
  }

  #addSegment(unit: SegmentUnit): void {
    const file = toFileKey(unit.segment.cursor.file)
    const home = this.#homes.get(file) ?? { lane: decideLane(this.#loops, unit.isUrgent), units: 0 }
    home.units += 1
    this.#homes.set(file, home)
    this.#loops[home.lane]?.add({
      ...unit,
      settle: (result: SegmentResult) => this.#settle(file, home, () => unit.settle(result)),
    })
  }

  #settle(file: string, home: Home, settle: () => void): void {
    home.units -= 1
    if (home.units === 0 && this.#homes.get(file) === home) this.#homes.delete(file)
    settle()
  }

  async stop(timeoutMs: number): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop(timeoutMs)))
    await this.#announcer.close()
  }
}

/** How a lane is placed to take one more file. */
interface LaneLoad {
  /** Whether a batch is under way. */
  readonly isBusy: boolean
  /** How many bytes wait for the next one. */
  readonly waiting: number
}

/**
 * The lane for a file that has nothing under way. One that is free, if there is one: news go to the emptiest, to be
 * written at once; history to the fullest, so that its batch is complete soon. With all of them busy, the emptiest.
 */
export function decideLane(lanes: readonly LaneLoad[], isUrgent: boolean): number {
  const free = lanes.filter((lane) => !lane.isBusy)
  const sorted = (free.length > 0 ? free : lanes).toSorted((a, b) => a.waiting - b.waiting)
  const chosen = free.length > 0 && !isUrgent ? sorted.at(-1) : sorted[0]
  return chosen === undefined ? 0 : lanes.indexOf(chosen)
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
