import { type Batch, createBatch, createRowBatch } from '../batch/batch.ts'
import { probeDatabase } from '../batch/probe-insert.ts'
import { type EventRow, toDetails } from '../intake/event-row.ts'
import { byKind, type WriteRequest } from '../intake/write-request.ts'
import type { ResolvedOptions } from '../options.ts'
import { decideProbeDelay, type Outage, OutageState } from '../outage/outage.ts'
import { OverflowBuffer } from '../outage/overflow-buffer.ts'
import type { Spool } from '../outage/spool/spool.ts'
import { Linger } from '../queue/linger.ts'
import { RequestQueue } from '../queue/request-queue.ts'
import { WriterClosedError } from '../results.ts'
import { toError } from './classify-error.ts'
import { type Delivery, deliverBatch } from './deliver-batch.ts'
import { DeliveryHandler, type SharedByLanes } from './delivery-handler.ts'

/** Pause, in milliseconds, before reading a spool again after an error of the disk. */
const SPOOL_PAUSE_MS = 5_000
/** A report of a retry names at most this many events. */
const MAX_EVENTS_REPORTED = 20

/*
 *            request added                     queue empty
 *   idle ────────────────────► writing ──────────────────────► idle
 *                               │   ▲
 *             cannot be written │   │ probe and renewal succeed: spool first, then the queue; a commit ends the outage
 *                               ▼   │
 *                              outage ◄─┐ probe fails: wait, longer each time;
 *                                 └─────┘ events without a file go to the spool
 *
 * One batch is in flight at a time; in the meantime the next one fills. In an outage segments stay in the queue, because
 * the file has them. The loop never throws.
 */
export class WriteLoop {
  readonly #shared: SharedByLanes
  readonly #handler: DeliveryHandler
  readonly #options: ResolvedOptions
  readonly #queue = new RequestQueue()
  readonly #spool: Spool | null
  readonly #isBlockedBySpool: () => boolean
  readonly #buffer: OverflowBuffer
  readonly #linger: Linger
  readonly #outages: OutageState
  readonly #abandoned = new AbortController()
  #isStopping = false
  #spoolPausedUntil = 0
  #running: Promise<void> | null = null
  #inFlight: readonly WriteRequest[] = []
  #wake = new AbortController()

  /**
   * @param spool for the one loop that writes events without a file
   * @param isBlockedBySpool asked at the end of an outage: whether the spool of another loop comes first
   */
  constructor(options: ResolvedOptions, shared: SharedByLanes, spool: Spool | null, isBlockedBySpool: () => boolean) {
    const { clock, report } = options
    this.#options = options
    this.#shared = shared
    this.#spool = spool
    this.#isBlockedBySpool = isBlockedBySpool
    this.#linger = new Linger(this.#queue, clock)
    this.#outages = new OutageState(clock, report)
    this.#buffer = new OverflowBuffer(spool, report)
    this.#handler = new DeliveryHandler({
      ...shared,
      queue: this.#queue,
      outages: this.#outages,
      buffer: this.#buffer,
      report,
      now: () => clock.now(),
    })
  }

  get leaseLost(): boolean {
    return this.#handler.leaseLost
  }

  /** Whether the spool contains events that can be written before anything else. */
  get hasSpooled(): boolean {
    return (this.#spool?.count ?? 0) > 0 && this.#options.clock.now() >= this.#spoolPausedUntil
  }

  get isBusy(): boolean {
    return this.#inFlight.length > 0 || this.#outages.current !== null
  }

  /** How much waits for the next batch, in bytes. */
  get waiting(): number {
    return this.#queue.weight
  }

  get outage(): Outage | null {
    return this.#outages.current
  }

  /** Starts with what an earlier process left in the spool. */
  start(): void {
    if (this.#spool !== null) this.#kick()
  }

  add(request: WriteRequest): void {
    if (request.kind === 'segment') {
      this.#shared.refusals.endIfRetried(request.segment)
      if (this.#handler.refuse(request)) return
    }
    const now = this.#options.clock.now()
    this.#queue.push(request, now)
    if (request.kind === 'event') this.#wake.abort()
    if (this.#queue.lingerMs(now) === 0) this.#linger.end()
    this.#kick()
  }

  /**
   * Ends the loop: writes until nothing is left or the time is over, whichever comes first. Then events without a file
   * go to the spool, and segments are answered with `closed`.
   */
  async stop(timeoutMs: number): Promise<void> {
    const drained = new AbortController()
    this.#isStopping = true
    this.#wake.abort()
    this.#linger.end()
    this.#options.report.reached?.('shutdown_flush')
    const running = (this.#running ?? Promise.resolve()).then(() => drained.abort())
    await Promise.race([running, this.#options.clock.sleep(timeoutMs, drained.signal)])
    this.#abandoned.abort()
    this.#wake.abort()
    await this.#close([...this.#inFlight, ...this.#queue.takeAll(), ...this.#buffer.drain()])
    await this.#spool?.close().catch(() => {})
  }

  #kick(): void {
    // In the next microtask: events that are added together are written together, and one alone is not delayed.
    this.#running ??= Promise.resolve()
      .then(() => this.#run())
      .finally(() => {
        this.#running = null
        if (!this.#queue.isEmpty && !this.#isStopping) this.#kick()
      })
  }

  async #run(): Promise<void> {
    await this.#openSpool()
    while (!this.#abandoned.signal.aborted) {
      const outage = this.#outages.current
      if (outage !== null && this.#isStopping && this.#canStopNow) return
      if (outage !== null) await this.#recover(outage)
      else if (this.hasSpooled) await this.#drainSpool()
      else if (this.#queue.isEmpty) return
      else if (!this.#isStopping && this.#linger.timeLeft > 0) await this.#linger.wait(this.#linger.timeLeft)
      else await this.#write(this.#queue.takeBatch())
    }
  }

  /** In an outage it is useless to wait, unless waiting events would be lost. */
  get #canStopNow(): boolean {
    return this.#spool !== null || !this.#queue.hasEvents
  }

  async #openSpool(): Promise<void> {
    try {
      await this.#spool?.open()
    } catch (error) {
      this.#reportSpoolUnusable(error)
    }
  }

  async #write(requests: readonly WriteRequest[]): Promise<void> {
    this.#linger.reset()
    const { batch, leftOver } = createBatch(requests)
    if (leftOver.length > 0) this.#queue.unshift(leftOver)
    this.#inFlight = batch.requests
    const delivery = await this.#deliver(batch)
    if (this.#abandoned.signal.aborted && delivery.kind !== 'committed') return
    this.#inFlight = []
    await this.#handler.handle(batch, delivery)
  }

  #deliver(batch: Batch): Promise<Delivery> {
    const { db, host, lease, retry, clock, report } = this.#options
    return deliverBatch(batch, {
      db,
      scope: { host, fence: lease },
      retry,
      clock,
      report,
      signal: this.#abandoned.signal,
      onRetry: (failure) => {
        this.#shared.counters.retry += 1
        const events = batch.rows.slice(0, MAX_EVENTS_REPORTED).map(toDetails)
        report.writeRetried({ ...failure, count: batch.rows.length, events })
      },
    })
  }

  async #recover(outage: Outage): Promise<void> {
    const { clock } = this.#options
    if (!this.#queue.hasEvents) {
      this.#wake = new AbortController()
      await clock.sleep(decideProbeDelay(outage, clock.random()), this.#wake.signal)
    }
    if (this.#abandoned.signal.aborted) return
    const error = await this.#probe(outage)
    if (error === null) return this.#continueWriting(outage)
    this.#outages.record(error)
    // Callers that wait for an event without a file get their answer, after the usual attempts.
    if (this.#queue.hasEvents) await this.#write(this.#queue.takeEvents())
  }

  /** Whether the database takes a harmless event and the renewal of the lease. */
  async #probe({ probe }: Outage): Promise<Error | null> {
    const { db, host, lease } = this.#options
    try {
      await probeDatabase(db, host, probe)
      await lease?.renew()
      return null
    } catch (error) {
      return error instanceof Error && error.cause instanceof Error ? error.cause : toError(error)
    }
  }

  /** The spool first, then the queue. Only a commit ends an outage, because a probe cannot see every cause. */
  async #continueWriting(outage: Outage): Promise<void> {
    const isDrained = await this.#drainSpool()
    if (this.#abandoned.signal.aborted) return
    if (!isDrained) return this.#queue.hasEvents ? this.#write(this.#queue.takeEvents()) : undefined
    const waiting = this.#queue.isEmpty ? this.#buffer.drain() : this.#queue.takeBatch(this.#handler.interrupted)
    if (waiting.length > 0) await this.#write(waiting)
    else if (this.#outages.current === outage) this.#handler.endOutage()
  }

  /** @returns whether everything else may be written now */
  async #drainSpool(): Promise<boolean> {
    if (this.#spool === null) return !this.#isBlockedBySpool()
    if (!this.hasSpooled) return true
    try {
      return await this.#spool.drain((rows) => this.#deliverSpooled(rows))
    } catch (error) {
      // The disk, not the database, so segments need not wait for it.
      this.#reportSpoolUnusable(error)
      this.#spoolPausedUntil = this.#options.clock.now() + SPOOL_PAUSE_MS
      return true
    }
  }

  async #deliverSpooled(rows: readonly EventRow[]): Promise<boolean> {
    const batch = createRowBatch(rows)
    const delivery = await this.#deliver(batch)
    await this.#handler.handle(batch, delivery)
    return delivery.kind === 'committed'
  }

  #reportSpoolUnusable(error: unknown): void {
    this.#options.report.spoolUnusable({ directory: this.#spool?.directory ?? '', error: toError(error) })
  }

  async #close(requests: readonly WriteRequest[]): Promise<void> {
    const { events, segments } = byKind(requests)
    for (const request of segments) request.settle({ status: 'closed' })
    if (events.length === 0) return
    const error = new WriterClosedError()
    const keptIn = (await this.#buffer.store(events)) ?? 'nowhere'
    this.#handler.reportFailed(events, { error, attempts: 0 }, keptIn)
    for (const request of events) request.settle({ status: 'failed', error, attempts: 0, keptIn })
  }
}
