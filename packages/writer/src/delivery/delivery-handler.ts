import { type Batch, toFileKey } from '../batch/batch.ts'
import type { Committed } from '../batch/committed.ts'
import type { Counters } from '../counters.ts'
import { toDetails } from '../intake/event-row.ts'
import { deadLetterToDetails } from '../intake/new-dead-letter.ts'
import { byKind, type EventRequest, type SegmentRequest, type WriteRequest } from '../intake/write-request.ts'
import type { OutageState } from '../outage/outage.ts'
import type { OverflowBuffer } from '../outage/overflow-buffer.ts'
import type { RequestQueue } from '../queue/request-queue.ts'
import type { WriterReport } from '../report.ts'
import type { KeptIn } from '../results.ts'
import type { Delivery } from './deliver-batch.ts'
import type { Notifier } from './notifier.ts'
import type { Refusals } from './refusals.ts'
import { settleCommitted } from './settle.ts'

/** What the lanes of a writer share. */
export interface SharedByLanes {
  readonly counters: Counters
  readonly notifier: Notifier
  readonly refusals: Refusals
}

export interface DeliveryHandlerOptions extends SharedByLanes {
  readonly queue: RequestQueue
  readonly outages: OutageState
  readonly buffer: OverflowBuffer
  readonly report: WriterReport
  readonly now: () => number
}

/** What the outcome of a batch means for its requests: each is answered, kept, or put back into the queue. */
export class DeliveryHandler {
  readonly #options: DeliveryHandlerOptions
  #leaseLost = false
  #interrupted: number | undefined
  /** Segments whose failure was reported already; an outage reports it once. */
  readonly #reported = new WeakSet<WriteRequest>()

  constructor(options: DeliveryHandlerOptions) {
    this.#options = options
  }

  get leaseLost(): boolean {
    return this.#leaseLost
  }

  /**
   * How many segments were in the batch that an outage interrupted. Its commit may have got through without an answer, so
   * it is tried again as it was: then its cursors show whether it was committed.
   */
  get interrupted(): number | undefined {
    return this.#interrupted
  }

  async handle(batch: Batch, delivery: Delivery): Promise<void> {
    if (delivery.kind !== 'unavailable') this.#interrupted = undefined
    switch (delivery.kind) {
      case 'committed':
        return this.#commit(batch, delivery.committed)
      case 'lease_lost':
        this.#leaseLost = true
        return this.#fence(batch, 'lease', () => true)
      case 'cursors_moved':
        return this.#fence(batch, 'cursor', (file) => delivery.files.has(file))
      case 'files_refused':
        return this.#refuseFiles(batch, delivery.files)
      case 'unavailable':
        return this.#keep(batch, delivery)
    }
  }

  /** Answers a segment of a file whose cursor was refused. @returns false if the segment is not concerned */
  refuse(request: SegmentRequest): boolean {
    const reason = this.#options.refusals.reasonFor(request.segment)
    if (reason !== null) request.settle({ status: 'refused', reason })
    return reason !== null
  }

  /** Ends the outage; what was buffered in it goes back to the queue. */
  endOutage(): void {
    const { outages, queue, buffer } = this.#options
    if (outages.current === null) return
    outages.end()
    queue.unshift(buffer.drain())
  }

  /** Reports and counts events that could not be written. */
  reportFailed(
    requests: readonly WriteRequest[],
    { error, attempts }: { readonly error: Error; readonly attempts: number },
    keptIn: KeptIn | 'file',
  ): void {
    for (const request of requests) this.#reported.add(request)
    const events = requests.flatMap((request) => request.rows).map(toDetails)
    if (events.length === 0) return
    this.#options.counters.failed += events.length
    this.#options.report.writeFailed({ events, error, attempts, keptIn })
  }

  #commit(batch: Batch, committed: Committed): void {
    const { newIds, refused } = committed
    const { counters, notifier, report, now } = this.#options
    counters.written += newIds.size
    counters.duplicate += batch.rows.length - newIds.size - refused.size
    counters.deadLetter += refused.size + batch.invalid.length
    counters.failed += refused.size
    if (newIds.size > 0) {
      counters.lastWrite = now()
      notifier.notify()
    }
    this.endOutage()
    for (const letter of [...refused.values(), ...batch.invalid]) report.eventDeadLettered(deadLetterToDetails(letter))
    settleCommitted(byKind(batch.requests), committed)
  }

  /** Answers the segments that no longer belong to this writer. The rest of the batch is not affected. */
  #fence(batch: Batch, lost: 'lease' | 'cursor', isFenced: (file: string) => boolean): void {
    const { queue, report } = this.#options
    const others = batch.requests.filter((request) => {
      if (request.kind === 'event' || !isFenced(toFileKey(request.segment.cursor.file))) return true
      report.segmentFenced({ path: request.segment.cursor.path, lost })
      request.settle({ status: 'fenced' })
      return false
    })
    queue.unshift(others)
  }

  #refuseFiles(batch: Batch, files: ReadonlyMap<string, Error>): void {
    const { queue, refusals, report } = this.#options
    for (const step of batch.steps) {
      const error = files.get(toFileKey(step))
      if (error === undefined) continue
      report.fileRefused({ path: step.path, error })
      refusals.record(step, error.message)
    }
    // All of them go back to the queue, so that segments that wait there are refused together with those of the batch.
    queue.unshift(batch.requests)
    queue.remove((request) => request.kind === 'segment' && this.refuse(request))
  }

  async #keep(batch: Batch, failure: Delivery & { readonly kind: 'unavailable' }): Promise<void> {
    const { outages, queue } = this.#options
    outages.record(failure.error, failure.probe)
    const { events, segments } = byKind(batch.requests)
    const unreported = segments.filter((request) => !this.#reported.has(request))
    this.reportFailed(unreported, failure, 'file')
    queue.unshift(segments)
    if (segments.length > 0) this.#interrupted = segments.length
    if (events.length > 0) await this.#store(events, failure)
  }

  async #store(
    events: readonly EventRequest[],
    failure: { readonly error: Error; readonly attempts: number },
  ): Promise<void> {
    const keptIn = await this.#options.buffer.store(events)
    this.reportFailed(events, failure, keptIn ?? 'nowhere')
    if (keptIn === null) return
    const { error, attempts } = failure
    for (const request of events) request.settle({ status: 'failed', error, attempts, keptIn })
  }
}
