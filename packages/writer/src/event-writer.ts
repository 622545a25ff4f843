import type { EventInput } from '@turnlog/schema'
import type { WriterStatus } from './counters.ts'
import { type EventRow, toDetails, toEventRow } from './intake/event-row.ts'
import { isLive } from './intake/is-live.ts'
import { invalidToDeadLetter, type NewDeadLetter } from './intake/new-dead-letter.ts'
import type { EventRequest, SegmentRequest, WriteRequest } from './intake/write-request.ts'
import { type EventWriterOptions, type ResolvedOptions, resolveOptions } from './options.ts'
import { Lanes } from './queue/lanes.ts'
import { type SegmentResult, type WriteResult, WriterClosedError } from './results.ts'
import type { Segment } from './segment.ts'

/** Writes events to the log, each exactly once. */
export interface EventWriter {
  /**
   * Writes one event and resolves once its outcome is known; never throws for the event's own failure. Concurrent calls
   * share a batch, in the order of the calls.
   */
  writeEvent(event: EventInput): Promise<WriteResult>
  /**
   * Writes the events of one segment of a transcript and moves the file's cursor, in one transaction. Resolves once that
   * is committed. In an outage it waits, because the file is the buffer; so the caller has to bound how many segments
   * are in flight. The segments of one file must be passed in order; the caller need not wait for the previous one.
   */
  writeSegment(segment: Segment): Promise<SegmentResult>
  /** Resolves once everything passed so far has its outcome. */
  flush(): Promise<void>
  status(): WriterStatus
  /**
   * Writes what is pending for at most `timeoutMs`, puts the remaining events into the spool, and ends. The database
   * stays open, because the caller opened it. Closing twice is the same as once.
   *
   * @param timeoutMs in milliseconds; by default the option `closeTimeoutMs`
   */
  close(timeoutMs?: number): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Creates a writer. The database must be migrated; it need not be reachable yet.
 *
 * @example
 * await using connection = connect(url)
 * await using writer = createEventWriter({ db: connection.db })
 * const result = await writer.writeEvent({ event_type: 'session_ended', payload: { session_uuid: '7', reason: 'closed' } })
 */
export function createEventWriter(options: EventWriterOptions): EventWriter {
  return new PooledEventWriter(resolveOptions(options))
}

class PooledEventWriter implements EventWriter {
  readonly #options: ResolvedOptions
  readonly #lanes: Lanes
  readonly #pending = new Set<Promise<unknown>>()
  #pendingEvents = 0
  #closing: Promise<void> | undefined

  constructor(options: ResolvedOptions) {
    this.#options = options
    this.#lanes = new Lanes(options)
    this.#lanes.start()
  }

  writeEvent(input: EventInput): Promise<WriteResult> {
    const row = toEventRow(input, null, this.#now)
    if (!row.ok) {
      this.#lanes.counters.rejected += 1
      this.#options.report.eventRejected({ event_type: row.type, issues: row.issues })
      return Promise.resolve({ status: 'rejected', issues: row.issues })
    }
    if (this.#closing !== undefined) return Promise.resolve(this.#refuseAfterClose(row))
    return this.#submit<WriteResult>(
      1,
      (settle): EventRequest => ({ kind: 'event', rows: [row], size: row.json.length, isLive: true, settle }),
    )
  }

  writeSegment(segment: Segment): Promise<SegmentResult> {
    if (this.#closing !== undefined) return Promise.resolve({ status: 'closed' })
    if (this.#lanes.leaseLost) return Promise.resolve({ status: 'fenced' })
    return this.#submit<SegmentResult>(segment.events.length, (settle) => this.#toSegmentRequest(segment, settle))
  }

  async flush(): Promise<void> {
    await Promise.all(this.#pending)
  }

  status(): WriterStatus {
    const { counters } = this.#lanes
    return {
      last_write_timestamp: counters.lastWrite === null ? null : new Date(counters.lastWrite).toISOString(),
      failed_write_count: counters.failed,
      written_count: counters.written,
      duplicate_count: counters.duplicate,
      rejected_count: counters.rejected,
      retry_count: counters.retry,
      pending_count: this.#pendingEvents,
      spooled_count: this.#lanes.spooledCount,
      dead_letter_count: counters.deadLetter,
      outage: this.#lanes.outage,
    }
  }

  close(timeoutMs = this.#options.closeTimeoutMs): Promise<void> {
    this.#closing ??= this.#lanes.stop(timeoutMs)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  readonly #now = (): Date => new Date(this.#options.clock.now())

  #refuseAfterClose(row: EventRow): WriteResult {
    const failure = { error: new WriterClosedError(), attempts: 0, keptIn: 'nowhere' } as const
    this.#lanes.counters.failed += 1
    this.#options.report.writeFailed({ ...failure, events: [toDetails(row)] })
    return { status: 'failed', ...failure }
  }

  #submit<Result>(events: number, toRequest: (settle: (result: Result) => void) => WriteRequest): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<Result>()
    this.#pending.add(promise)
    this.#pendingEvents += events
    let settled = false
    const settle = (result: Result): void => {
      // Closing answers what is in flight; its commit may still arrive after that.
      if (settled) return
      settled = true
      this.#pending.delete(promise)
      this.#pendingEvents -= events
      // In the next turn of the event loop, so that the next batch is sent before callers add more work.
      setImmediate(resolve, result)
    }
    this.#lanes.add(toRequest(settle))
    return promise
  }

  #toSegmentRequest(segment: Segment, settle: SegmentRequest['settle']): SegmentRequest {
    const rows: EventRow[] = []
    const invalid: NewDeadLetter[] = []
    let size = 0
    for (const { event, offset, length } of segment.events) {
      const origin = { cursor: segment.cursor, offset, length }
      const row = toEventRow(event, origin, this.#now)
      if (row.ok) {
        rows.push(row)
        size += row.json.length
      } else {
        this.#lanes.counters.rejected += 1
        this.#options.report.eventRejected({ event_type: row.type, issues: row.issues })
        invalid.push(invalidToDeadLetter(event, row.type, origin, row.issues))
      }
    }
    // The rows have everything that is needed of the events; keeping both would double the memory of what waits.
    const withoutEvents = { ...segment, events: [] }
    return {
      kind: 'segment',
      segment: withoutEvents,
      rows,
      invalid,
      size,
      isLive: isLive(segment, this.#options.clock.now()),
      settle,
    }
  }
}
