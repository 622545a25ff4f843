import type { EventInput } from '@turnlog/schema'
import type { Segment, SegmentEvent, SkippedRange } from '../segment.ts'

/** Reasons that are worth a row of their own: here bytes were lost that may have held words. */
const RECORDED_REASONS = new Set(['malformed', 'not_an_object', 'line_too_long', 'damaged_archive'])

/** Collects what a stretch of a file yields, and keeps the account of its bytes. */
export class SegmentBuilder {
  readonly #events: SegmentEvent[] = []
  readonly #ranges: SkippedRange[] = []
  readonly #skipped: Record<string, number> = {}
  readonly #unknownTypes: Record<string, number> = {}
  #delivered = 0

  get hasEvents(): boolean {
    return this.#events.length > 0
  }

  addEvent(event: EventInput, offset: number, length: number): void {
    this.#events.push({ event, offset, length })
  }

  countDelivered(length: number): void {
    this.#delivered += length
  }

  countSkipped(reason: string, offset: number, length: number, detail?: string): void {
    this.#skipped[reason] = (this.#skipped[reason] ?? 0) + length
    if (!RECORDED_REASONS.has(reason)) return
    this.#ranges.push({ offset, length, reason, ...(detail === undefined ? {} : { detail }) })
  }

  countUnknownType(type: string): void {
    this.#unknownTypes[type] = (this.#unknownTypes[type] ?? 0) + 1
  }

  build(step: Pick<Segment, 'from' | 'generationReason' | 'cursor'>): Segment {
    return {
      ...step,
      events: this.#events,
      skipped: this.#ranges,
      tally: { delivered: this.#delivered, skipped: this.#skipped },
      unknownTypes: this.#unknownTypes,
    }
  }
}
