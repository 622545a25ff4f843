import { toFileKey } from '../batch/batch.ts'
import { type Counters, createCounters, type WriterStatus } from '../counters.ts'
import { Notifier } from '../delivery/notifier.ts'
import { Refusals } from '../delivery/refusals.ts'
import { WriteLoop } from '../delivery/write-loop.ts'
import type { SegmentRequest, WriteRequest } from '../intake/write-request.ts'
import type { ResolvedOptions } from '../options.ts'
import { Spool } from '../outage/spool/spool.ts'
import type { WriterReport } from '../report.ts'

/** The lane of a file while any of its segments is not settled. */
interface Assignment {
  readonly lane: number
  requests: number
}

/**
 * Several write loops, each with a batch of its own in flight. While a file has segments in flight, all of them are in
 * one lane, so they stay in order. Events without a file belong to the first lane, which has the spool.
 */
export class Lanes {
  readonly counters: Counters = createCounters()
  readonly #loops: readonly WriteLoop[]
  readonly #spool: Spool | null
  readonly #notifier: Notifier
  readonly #assignments = new Map<string, Assignment>()

  constructor(options: ResolvedOptions) {
    this.#spool = options.spool === null ? null : new Spool({ ...options.spool, report: options.report })
    this.#notifier = new Notifier(options.db)
    const shared = { counters: this.counters, notifier: this.#notifier, refusals: new Refusals() }
    const laneOptions = { ...options, report: reportOutagesOnce(options.report, () => this.#loops) }
    const isBlockedBySpool = (): boolean => this.#loops[0]?.hasSpooled === true
    this.#loops = Array.from(
      { length: options.lanes },
      (_, lane) => new WriteLoop(laneOptions, shared, lane === 0 ? this.#spool : null, isBlockedBySpool),
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

  /** Starts with what an earlier process left in the spool. */
  start(): void {
    for (const loop of this.#loops) loop.start()
  }

  add(request: WriteRequest): void {
    if (request.kind === 'event') this.#loops[0]?.add(request)
    else this.#addSegment(request)
  }

  async stop(timeoutMs: number): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop(timeoutMs)))
    await this.#notifier.close()
  }

  #addSegment(request: SegmentRequest): void {
    const file = toFileKey(request.segment.cursor.file)
    const assignment = this.#assignments.get(file) ?? { lane: decideLane(this.#loops, request.isLive), requests: 0 }
    assignment.requests += 1
    this.#assignments.set(file, assignment)
    const settle: SegmentRequest['settle'] = (result) => {
      assignment.requests -= 1
      if (assignment.requests === 0 && this.#assignments.get(file) === assignment) this.#assignments.delete(file)
      request.settle(result)
    }
    this.#loops[assignment.lane]?.add({ ...request, settle })
  }
}

/** What matters of a lane for a further file. */
interface LaneLoad {
  /** Whether a batch is in flight. */
  readonly isBusy: boolean
  /** How many bytes wait for the next batch. */
  readonly waiting: number
}

/**
 * The lane for a file that has nothing in flight: a free lane, if there is one. Live segments go to the least loaded
 * lane, so they are written immediately; history goes to the fullest, so its batch is complete soon.
 */
export function decideLane(lanes: readonly LaneLoad[], isLive: boolean): number {
  const free = lanes.filter((lane) => !lane.isBusy)
  const sorted = (free.length > 0 ? free : lanes).toSorted((a, b) => a.waiting - b.waiting)
  const chosen = free.length > 0 && !isLive ? sorted.at(-1) : sorted[0]
  return chosen === undefined ? 0 : lanes.indexOf(chosen)
}

/** Each lane notices an outage; the caller's report gets its beginning once, and its end when all lanes write again. */
function reportOutagesOnce(report: WriterReport, loops: () => readonly WriteLoop[]): WriterReport {
  let cause: string | null = null
  return {
    ...report,
    outageBegan: (outage) => {
      if (cause !== outage.cause) report.outageBegan(outage)
      cause = outage.cause
    },
    outageEnded: (outage) => {
      if (loops().some((loop) => loop.outage !== null)) return
      cause = null
      report.outageEnded(outage)
    },
  }
}
