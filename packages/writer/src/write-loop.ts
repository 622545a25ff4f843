import type { Announcer } from './announcer.ts'
import { type Batch, createBatch, createRowBatch } from './batch/batch.ts'
import type { Committed } from './batch/committed.ts'
import { readIds } from './batch/judge-moved-cursors.ts'
import type { PlanEra } from './batch/plan-era.ts'
import { toError } from './classify-error.ts'
import type { Counters } from './counters.ts'
import { crashPoint } from './crash-point.ts'
import { deadLetterToDetails } from './dead-letter.ts'
import { type Delivery, deliverBatch, isDatabaseWell } from './deliver-batch.ts'
import { EventKeeper } from './event-keeper.ts'
import { type EventRow, toDetails } from './event-row.ts'
import { Gathering } from './gathering.ts'
import type { ResolvedOptions } from './options.ts'
import { decideProbeDelay, type Outage } from './outage.ts'
import { OutageState } from './outage-state.ts'
import type { KeptIn } from './results.ts'
import { settleEvents } from './settle-events.ts'
import { isStranger, settleCommitted } from './settle-segment.ts'
import type { Spool } from './spool/spool.ts'
import type { EventUnit, SegmentUnit, Unit } from './unit.ts'
import { UnitQueue } from './unit-queue.ts'
import { WriterClosedError } from './writer-closed-error.ts'

/** How long a spool that could not be read is left alone. */
const SPOOL_REST_MS = 5_000

/** What the lanes of a writer have in common. */
export interface SharedByLanes {
  readonly counters: Counters
  readonly announcer: Announcer
  readonly era: PlanEra
}

/*
 *            unit handed in                     nothing left
 *   idle ─────────────────────► writing ───────────────────────► idle
 *                                │   ▲
 *               cannot be written│   │ database answers: spool first, then on
 *                                ▼   │
 *                               outage ◄─┐ probe fails: wait, longer each time;
 *                                  └─────┘ events without a file go to the spool
 *
 * One batch is under way at a time; meanwhile the next one gathers. Segments stay where they are through an outage: the
 * file has them. The loop never throws.
 */
export class WriteLoop {
  readonly #counters: Counters
  readonly #shared: SharedByLanes
  readonly #options: ResolvedOptions
  readonly #queue = new UnitQueue()
  readonly #spool: Spool | null
  readonly #mustWait: () => boolean
  readonly #keeper: EventKeeper
  readonly #gathering: Gathering
  readonly #outages: OutageState
  readonly #abandoned = new AbortController()
  #leaseLost = false
  #stopping = false
  #spoolRestsUntil = 0
  #running: Promise<void> | null = null
  #underway: readonly Unit[] = []
  #wake = new AbortController()
  /** Segments whose failure was told already; an outage tells it once. */
  readonly #told = new WeakSet<Unit>()

  /**
   * @param spool for the one loop that writes events without a file
   * @param mustWait asked at the end of an outage: whether somebody else's spool comes first
   */
  constructor(options: ResolvedOptions, shared: SharedByLanes, spool: Spool | null, mustWait: () => boolean) {
    this.#options = options
    this.#shared = shared
    this.#counters = shared.counters
    this.#spool = spool
    this.#mustWait = mustWait
    this.#gathering = new Gathering(this.#queue, options.clock)
    this.#outages = new OutageState(options.clock, options.report)
    this.#keeper = new EventKeeper(spool, options.spool?.directory ?? '', options.report)
  }

  get leaseLost(): boolean {
    return this.#leaseLost
  }

  /** Whether events wait in the spool that can be written before anything else. */
  get hasSpooled(): boolean {
    return (this.#spool?.count ?? 0) > 0 && this.#options.clock.now() >= this.#spoolRestsUntil
  }

  /** Whether a batch is under way. */
  get isBusy(): boolean {
    return this.#underway.length > 0 || this.#outages.current !== null
  }

  /** How much waits for the next batch. */
  get waiting(): number {
    return this.#queue.weight
  }

  get outage(): Outage | null {
    return this.#outages.current
  }

  /** Begins with what an earlier process left in the spool. */
  start(): void {
    if (this.#spool !== null) this.#kick()
  }

  add(unit: Unit): void {
    const now = this.#options.clock.now()
    this.#queue.push(unit, now)
    if (unit.kind === 'event') this.#wake.abort()
    if (this.#queue.timeToGather(now) === 0) this.#gathering.end()
    this.#kick()
  }

  /**
   * Ends the loop: goes on writing until nothing is left or the time is over, whichever comes first, then puts events
   * without a file in the spool and answers segments with `closed`.
   */
  async stop(timeoutMs: number): Promise<void> {
    const enough = new AbortController()
    this.#stopping = true
    this.#wake.abort()
    this.#gathering.end()
    crashPoint('shutdown_flush')
    const drained = (this.#running ?? Promise.resolve()).then(() => enough.abort())
    await Promise.race([drained, this.#options.clock.sleep(timeoutMs, enough.signal)])
    this.#abandoned.abort()
    this.#wake.abort()
    await this.#putAway([...this.#underway, ...this.#queue.takeAll(), ...this.#keeper.release()])
    await this.#spool?.close().catch(() => {})
  }

  /** With the database away there is nothing to wait for, unless what waits would be lost. */
  get #isSafeToLeave(): boolean {
    return this.#spool !== null || !this.#queue.hasEvents
  }

  #kick(): void {
    // In the next microtask: events that are handed in together travel together, and one alone is not held back.
    this.#running ??= Promise.resolve()
      .then(() => this.#run())
      .finally(() => {
        this.#running = null
        if (!this.#queue.isEmpty && !this.#stopping) this.#kick()
      })
  }

  async #run(): Promise<void> {
    await this.#openSpool()
    while (!this.#abandoned.signal.aborted) {
      if (this.#outages.current !== null && this.#stopping && this.#isSafeToLeave) return
      if (this.#outages.current !== null) await this.#sitOut(this.#outages.current)
      else if (this.hasSpooled) await this.#drainSpool()
      else if (this.#queue.isEmpty) return
      else if (this.#timeToGather > 0) await this.#gathering.wait(this.#timeToGather)
      else await this.#writeNext(this.#queue.takeBatch())
    }
  }

  async #openSpool(): Promise<void> {
    try {
      await this.#spool?.open()
    } catch (error) {
      this.#options.report.spoolUnusable({ directory: this.#options.spool?.directory ?? '', error: toError(error) })
    }
  }

  get #timeToGather(): number {
    return this.#stopping ? 0 : this.#gathering.timeLeft
  }

  async #writeNext(units: readonly Unit[]): Promise<void> {
    this.#gathering.reset()
    const { batch, leftOver } = createBatch(units)
    if (leftOver.length > 0) this.#queue.unshift(leftOver)
    this.#underway = batch.units
    const delivery = await this.#deliver(batch)
    if (this.#abandoned.signal.aborted && delivery.kind !== 'committed') return
    this.#underway = []
    await this.#conclude(batch, delivery)
  }

  #deliver(batch: Batch): Promise<Delivery> {
    const { db, host, lease, retry, clock, report } = this.#options
    return deliverBatch(batch, {
      db,
      scope: { host, epoch: lease?.epoch ?? null },
      era: this.#shared.era,
      retry,
      clock,
      signal: this.#abandoned.signal,
      onRetry: (told) => {
        this.#counters.retry += 1
        report.writeRetried({ ...told, events: batch.rows.length })
      },
    })
  }

  async #conclude(batch: Batch, delivery: Delivery): Promise<void> {
    if (delivery.kind === 'committed') return this.#concludeCommitted(batch, delivery.committed)
    if (delivery.kind === 'fenced') return this.#concludeFenced(batch, delivery)
    await this.#concludeUnavailable(batch, delivery)
  }

  async #concludeCommitted(batch: Batch, committed: Committed): Promise<void> {
    this.#count(batch, committed)
    this.#shared.announcer.announce(committed.ids)
    this.#endOutage()
    for (const letter of [...committed.refused.values(), ...batch.invalid]) {
      this.#options.report.eventDeadLettered({ ...deadLetterToDetails(letter), ...letter })
    }
    const { events, segments } = sortUnits(batch.units)
    for (const unit of segments) settleCommitted(unit, committed)
    await this.#settleUnseen(settleEvents(events, committed, this.#options.retry.attempts + 1))
  }

  #count(batch: Batch, { inserted, refused }: Committed): void {
    const counters = this.#counters
    counters.written += inserted
    counters.duplicate += batch.rows.length - inserted - refused.size
    counters.deadLetter += refused.size + batch.invalid.length
    if (inserted > 0) counters.lastWrite = this.#options.clock.now()
  }

  /** Written by somebody else while our statement ran, so that it could not see them: now it can be seen. */
  async #settleUnseen(units: readonly EventUnit[]): Promise<void> {
    if (units.length === 0) return
    const ids = await readIds(
      this.#options.db,
      units.map((unit) => unit.rows[0].key),
    ).catch(() => new Map())
    for (const unit of units) {
      const id = ids.get(unit.rows[0].key)
      if (id === undefined) this.#queue.push(unit)
      else unit.settle({ status: 'duplicate', id })
    }
  }

  #concludeFenced(batch: Batch, fence: Delivery & { readonly kind: 'fenced' }): void {
    const { segments } = sortUnits(batch.units)
    const strangers = segments.filter((unit) => fence.lost === 'lease' || isStranger(unit, fence.files))
    if (fence.lost === 'lease') this.#leaseLost = true
    for (const unit of strangers) {
      this.#options.report.segmentFenced({ path: unit.segment.cursor.path, lost: fence.lost })
      unit.settle({ status: 'fenced' })
    }
    // What stood in the same batch is not at fault.
    const fenced = new Set<Unit>(strangers)
    this.#queue.unshift(batch.units.filter((unit) => !fenced.has(unit)))
  }

  async #concludeUnavailable(batch: Batch, failure: Delivery & { readonly kind: 'unavailable' }): Promise<void> {
    this.#outages.begin(failure.cause, failure.error)
    const { events, segments } = sortUnits(batch.units)
    this.#tellFailed(
      segments.filter((unit) => !this.#told.has(unit)),
      failure,
      'file',
    )
    this.#queue.unshift(segments)
    if (events.length === 0) return
    const keptIn = await this.#keeper.keep(events)
    this.#tellFailed(events, failure, keptIn ?? 'nowhere')
    if (keptIn === null) return
    const { error, attempts } = failure
    for (const unit of events) unit.settle({ status: 'failed', error, attempts, keptIn })
  }

  #tellFailed(
    units: readonly Unit[],
    failure: { readonly error: Error; readonly attempts: number },
    keptIn: KeptIn | 'file',
  ): void {
    for (const unit of units) this.#told.add(unit)
    const events = units.flatMap((unit) => unit.rows).map(toDetails)
    if (events.length === 0) return
    this.#counters.failed += events.length
    this.#options.report.writeFailed({ events, error: failure.error, attempts: failure.attempts, keptIn })
  }

  #endOutage(): void {
    if (this.#outages.end()) this.#queue.unshift(this.#keeper.release())
  }

  async #sitOut(outage: Outage): Promise<void> {
    const { clock, db } = this.#options
    if (!this.#queue.hasEvents) {
      this.#wake = new AbortController()
      await clock.sleep(decideProbeDelay(outage, clock.random()), this.#wake.signal)
    }
    if (this.#abandoned.signal.aborted) return
    if (await isDatabaseWell(db)) return this.#tryToGoOn(outage)
    this.#outages.prolong(outage)
    if (this.#queue.hasEvents) await this.#writeNext(this.#queue.takeEvents())
  }

  /** Only a commit ends an outage: a database that is full or read-only answers questions as ever. */
  async #tryToGoOn(outage: Outage): Promise<void> {
    const drained = await this.#drainSpool()
    if (this.#abandoned.signal.aborted) return
    if (!drained) return this.#queue.hasEvents ? this.#writeNext(this.#queue.takeEvents()) : undefined
    const waiting = this.#queue.isEmpty ? this.#keeper.release() : this.#queue.takeBatch()
    if (waiting.length > 0) await this.#writeNext(waiting)
    else if (this.#outages.current === outage) this.#endOutage()
  }

  /** Answers whether the way is free for the rest. */
  async #drainSpool(): Promise<boolean> {
    if (this.#spool === null) return !this.#mustWait()
    if (!this.hasSpooled) return true
    try {
      return await this.#spool.drain((rows) => this.#deliverSpooled(rows))
    } catch (error) {
      // The disk, not the database. What is in files must not wait for that.
      this.#options.report.spoolUnusable({ directory: this.#options.spool?.directory ?? '', error: toError(error) })
      this.#spoolRestsUntil = this.#options.clock.now() + SPOOL_REST_MS
      return true
    }
  }

  async #deliverSpooled(rows: readonly EventRow[]): Promise<boolean> {
    const batch = createRowBatch(rows)
    const delivery = await this.#deliver(batch)
    if (delivery.kind === 'committed') await this.#concludeCommitted(batch, delivery.committed)
    if (delivery.kind === 'unavailable') this.#outages.begin(delivery.cause, delivery.error)
    return delivery.kind === 'committed'
  }

  async #putAway(units: readonly Unit[]): Promise<void> {
    const { events, segments } = sortUnits(units)
    for (const unit of segments) unit.settle({ status: 'closed' })
    if (events.length === 0) return
    const error = new WriterClosedError()
    const keptIn = (await this.#keeper.keep(events)) ?? 'nowhere'
    this.#tellFailed(events, { error, attempts: 0 }, keptIn)
    for (const unit of events) unit.settle({ status: 'failed', error, attempts: 0, keptIn })
  }
}

function sortUnits(units: readonly Unit[]): {
  readonly events: readonly EventUnit[]
  readonly segments: readonly SegmentUnit[]
} {
  return {
    events: units.filter((unit) => unit.kind === 'event'),
    segments: units.filter((unit) => unit.kind === 'segment'),
  }
}
