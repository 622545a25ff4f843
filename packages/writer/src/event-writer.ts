import type { EventInput } from '@turnlog/schema'
import type { WriterStatus } from './counters.ts'
import { invalidToDeadLetter, type NewDeadLetter } from './dead-letter.ts'
import { type EventRow, toEventRow } from './event-row.ts'
import { isUrgent } from './is-urgent.ts'
import { Lanes } from './lanes.ts'
import { type EventWriterOptions, type ResolvedOptions, resolveOptions } from './options.ts'
import type { SegmentResult, WriteResult } from './results.ts'
import type { Segment } from './segment.ts'
import type { EventUnit, SegmentUnit } from './unit.ts'
import { WriterClosedError } from './writer-closed-error.ts'

/** Writes events to the log, each exactly once. */
export interface EventWriter {
  /**
   * Writes one event and resolves once its outcome is known; never throws for the event's own failure. Calls that
   * overlap travel in one batch, in the order in which they were made.
   */
  writeEvent(event: EventInput): Promise<WriteResult>
  /**
   * Writes the events of a stretch of a transcript and moves the file's cursor, in one transaction. Resolves once that
   * is committed. Through an outage it waits: the file is the buffer, so bound how many segments are under way.
   * Segments of one file are to be handed in in order; one need not wait for the one before it.
   */
  writeSegment(segment: Segment): Promise<SegmentResult>
  /** Resolves once everything handed in so far has its outcome. */
  flush(): Promise<void>
  status(): WriterStatus
  /**
   * Writes what is pending for a while (`closeTimeoutMs`), puts what is left of the events in the spool, and ends. The
   * database stays open: it is its opener's. Closing twice is the same as once.
   */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Makes a writer. The database has to be migrated; it need not be reachable yet. */
export function createEventWriter(options: EventWriterOptions): EventWriter {
  return new LaneWriter(resolveOptions(options))
}

class LaneWriter implements EventWriter {
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
    const row = toEventRow(input, null, () => new Date(this.#options.clock.now()))
    if (!row.ok) {
      this.#lanes.counters.rejected += 1
      this.#options.report.eventRejected({ event_type: row.type, issues: row.issues })
      return Promise.resolve({ status: 'rejected', issues: row.issues })
    }
    if (this.#closing !== undefined) {
      return Promise.resolve({ status: 'failed', error: new WriterClosedError(), attempts: 0, keptIn: 'nowhere' })
    }
    return this.#submit<WriteResult>(1, (settle) => toEventUnit(row, settle))
  }

  writeSegment(segment: Segment): Promise<SegmentResult> {
    if (this.#closing !== undefined) return Promise.resolve({ status: 'closed' })
    if (this.#lanes.leaseLost) return Promise.resolve({ status: 'fenced' })
    return this.#submit<SegmentResult>(segment.events.length, (settle) => this.#toSegmentUnit(segment, settle))
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

  close(): Promise<void> {
    this.#closing ??= this.#lanes.stop(this.#options.closeTimeoutMs)
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #submit<Result>(
    events: number,
    toUnit: (settle: (result: Result) => void) => EventUnit | SegmentUnit,
  ): Promise<Result> {
    const { promise, resolve } = Promise.withResolvers<Result>()
    this.#pending.add(promise)
    this.#pendingEvents += events
    let settled = false
    const settle = (result: Result): void => {
      // Closing answers what is under way; a commit may come in after that.
      if (settled) return
      settled = true
      this.#pending.delete(promise)
      this.#pendingEvents -= events
      // In the next turn of the event loop: the loop sends its next batch before callers bring new work, so that the
      // database need not wait while they do.
      setImmediate(resolve, result)
    }
    this.#lanes.add(toUnit(settle))
    return promise
  }

  #toSegmentUnit(segment: Segment, settle: SegmentUnit['settle']): SegmentUnit {
    const now = (): Date => new Date(this.#options.clock.now())
    const rows: EventRow[] = []
    const invalid: NewDeadLetter[] = []
    let size = 0
    for (const { event, offset, length } of segment.events) {
      const origin = { cursor: segment.cursor, offset, length }
      const row = toEventRow(event, origin, now)
      if (row.ok) {
        rows.push(row)
        size += row.json.length
      } else {
        this.#lanes.counters.rejected += 1
        this.#options.report.eventRejected({ event_type: row.type, issues: row.issues })
        invalid.push(invalidToDeadLetter(event, row.type, origin, row.issues))
      }
    }
    // The rows hold all that is needed of the events; keeping both would double what waits in memory.
    const urgent = isUrgent(segment, this.#options.clock.now())
    return { kind: 'segment', segment: { ...segment, events: [] }, rows, invalid, size, isUrgent: urgent, settle }
  }
}

function toEventUnit(row: EventRow, settle: EventUnit['settle']): EventUnit {
  return { kind: 'event', rows: [row], size: row.json.length, isUrgent: true, settle }
}
