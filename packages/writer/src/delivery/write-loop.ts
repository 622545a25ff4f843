import { type Batch, createBatch, createRowBatch, toFileKey } from '../batch/batch.ts'
import type { Committed } from '../batch/committed.ts'
import { probeDatabase } from '../batch/probe-insert.ts'
import type { Counters } from '../counters.ts'
import { type EventRow, toDetails } from '../intake/event-row.ts'
import { deadLetterToDetails } from '../intake/new-dead-letter.ts'
import { byKind, type EventRequest, type SegmentRequest, type WriteRequest } from '../intake/write-request.ts'
import type { ResolvedOptions } from '../options.ts'
import { decideProbeDelay, type Outage, OutageState } from '../outage/outage.ts'
import { OverflowBuffer } from '../outage/overflow-buffer.ts'
import type { Spool } from '../outage/spool/spool.ts'
import { Linger } from '../queue/linger.ts'
import { RequestQueue } from '../queue/request-queue.ts'
import { type KeptIn, WriterClosedError } from '../results.ts'
import { toError } from './classify-error.ts'
import { type Delivery, deliverBatch } from './deliver-batch.ts'
import type { Notifier } from './notifier.ts'
import type { Refusals } from './refusals.ts'
import { settleCommitted } from './settle.ts'

/** Pause, in milliseconds, before reading a spool again after an error of the disk. */
const SPOOL_PAUSE_MS = 5_000
/** A report of a retry names at most this many events. */
const MAX_EVENTS_REPORTED = 20

/** What the lanes of a writer share. */
export interface SharedByLanes {
  readonly counters: Counters
  readonly notifier: Notifier
  readonly refusals: Refusals
}

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
  readonly #counters: Counters
  readonly #notifier: Notifier
  readonly #refusals: Refusals
  readonly #options: ResolvedOptions
  readonly #queue = new RequestQueue()
  readonly #spool: Spool | null
  readonly #isBlockedBySpool: () => boolean
  readonly #buffer: OverflowBuffer
  readonly #linger: Linger
  readonly #outages: OutageState
  readonly #abandoned = new AbortController()
  #leaseLost = false
  #isStopping = false
  #spoolPausedUntil = 0
  #running: Promise<void> | null = null
  #inFlight: readonly WriteRequest[] = []
  #wake = new AbortController()
  /** Segments whose failure was reported already; an outage reports it once. */
  readonly #reported = new WeakSet<WriteRequest>()

  /**
   * @param spool for the one loop that writes events without a file
   * @param isBlockedBySpool asked at the end of an outage: whether the spool of another loop comes first
   */
  constructor(
    options: ResolvedOptions,
    { counters, notifier, refusals }: SharedByLanes,
    spool: Spool | null,
    isBlockedBySpool: () => boolean,
  ) {
    this.#options = options
    this.#counters = counters
    this.#notifier = notifier
    this.#refusals = refusals
    this.#spool = spool
    this.#isBlockedBySpool = isBlockedBySpool
    this.#linger = new Linger(this.#queue, options.clock)
    this.#outages = new OutageState(options.clock, options.report)
    this.#buffer = new OverflowBuffer(spool, options.report)
  }

  get leaseLost(): boolean {
    return this.#leaseLost
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
      this.#refusals.endIfRetried(request.segment)
      if (this.#reasonToRefuse(request) !== null) {
        this.#refuse(request)
        return
      }
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
    await this.#handle(batch, delivery)
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
        this.#counters.retry += 1
        const events = batch.rows.slice(0, MAX_EVENTS_REPORTED).map(toDetails)
        report.writeRetried({ ...failure, count: batch.rows.length, events })
      },
    })
  }

  async #handle(batch: Batch, delivery: Delivery): Promise<void> {
    switch (delivery.kind) {
      case 'committed':
        return this.#handleCommitted(batch, delivery.committed)
      case 'lease_lost':
        this.#leaseLost = true
        return this.#fence(batch, 'lease', () => true)
      case 'cursors_moved':
        return this.#fence(batch, 'cursor', (file) => delivery.files.has(file))
      case 'files_refused':
        return this.#refuseFiles(batch, delivery.files)
      case 'unavailable':
        return this.#handleUnavailable(batch, delivery)
    }
  }

  #handleCommitted(batch: Batch, committed: Committed): void {
    const { newIds, refused } = committed
    const counters = this.#counters
    counters.written += newIds.size
    counters.duplicate += batch.rows.length - newIds.size - refused.size
    counters.deadLetter += refused.size + batch.invalid.length
    counters.failed += refused.size
    if (newIds.size > 0) {
      counters.lastWrite = this.#options.clock.now()
      this.#notifier.notify()
    }
    this.#endOutage()
    for (const letter of [...refused.values(), ...batch.invalid]) {
      this.#options.report.eventDeadLettered(deadLetterToDetails(letter))
    }
    settleCommitted(byKind(batch.requests), committed)
  }

  /** Answers the segments that no longer belong to this writer. The rest of the batch is not affected. */
  #fence(batch: Batch, lost: 'lease' | 'cursor', isFenced: (file: string) => boolean): void {
    this.#settleSegments(batch, isFenced, (request) => {
      this.#options.report.segmentFenced({ path: request.segment.cursor.path, lost })
      request.settle({ status: 'fenced' })
    })
  }

  #refuseFiles(batch: Batch, files: ReadonlyMap<string, Error>): void {
    for (const step of batch.steps) {
      const error = files.get(toFileKey(step))
      if (error === undefined) continue
      this.#options.report.fileRefused({ path: step.path, error })
      this.#refusals.record(step, error.message)
    }
    // All of them go back to the queue, so that segments that wait there are refused together with those of the batch.
    this.#queue.unshift(batch.requests)
    const refused = this.#queue.remove(
      (request) => request.kind === 'segment' && this.#reasonToRefuse(request) !== null,
    )
    for (const request of byKind(refused).segments) this.#refuse(request)
  }

  #reasonToRefuse({ segment }: SegmentRequest): string | null {
    return this.#refusals.reasonFor(segment)
  }

  #refuse(request: SegmentRequest): void {
    request.settle({ status: 'refused', reason: this.#reasonToRefuse(request) ?? '' })
  }

  #settleSegments(
    batch: Batch,
    isConcerned: (file: string) => boolean,
    settle: (request: SegmentRequest) => void,
  ): void {
    const others = batch.requests.filter((request) => {
      if (request.kind === 'event') return true
      if (!isConcerned(toFileKey(request.segment.cursor.file))) return true
      settle(request)
      return false
    })
    this.#queue.unshift(others)
  }

  async #handleUnavailable(batch: Batch, failure: Delivery & { readonly kind: 'unavailable' }): Promise<void> {
    this.#outages.record(failure.error, failure.probe)
    const { events, segments } = byKind(batch.requests)
    const unreported = segments.filter((request) => !this.#reported.has(request))
    this.#reportFailed(unreported, failure, 'file')
    this.#queue.unshift(segments)
    if (events.length > 0) await this.#storeFailed(events, failure)
  }

  async #storeFailed(
    events: readonly EventRequest[],
    failure: { readonly error: Error; readonly attempts: number },
  ): Promise<void> {
    const keptIn = await this.#buffer.store(events)
    this.#reportFailed(events, failure, keptIn ?? 'nowhere')
    if (keptIn === null) return
    const { error, attempts } = failure
    for (const request of events) request.settle({ status: 'failed', error, attempts, keptIn })
  }

  #reportFailed(
    requests: readonly WriteRequest[],
    { error, attempts }: { readonly error: Error; readonly attempts: number },
    keptIn: KeptIn | 'file',
  ): void {
    for (const request of requests) this.#reported.add(request)
    const events = requests.flatMap((request) => request.rows).map(toDetails)
    if (events.length === 0) return
    this.#counters.failed += events.length
    this.#options.report.writeFailed({ events, error, attempts, keptIn })
  }

  #endOutage(): void {
    if (this.#outages.current === null) return
    this.#outages.end()
    this.#queue.unshift(this.#buffer.drain())
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
    const waiting = this.#queue.isEmpty ? this.#buffer.drain() : this.#queue.takeBatch()
    if (waiting.length > 0) await this.#write(waiting)
    else if (this.#outages.current === outage) this.#endOutage()
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
    if (delivery.kind === 'committed') this.#handleCommitted(batch, delivery.committed)
    if (delivery.kind === 'unavailable') this.#outages.record(delivery.error, delivery.probe)
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
    this.#reportFailed(events, { error, attempts: 0 }, keptIn)
    for (const request of events) request.settle({ status: 'failed', error, attempts: 0, keptIn })
  }
}
