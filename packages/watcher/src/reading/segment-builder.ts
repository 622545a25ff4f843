import type { EventInput } from '@turnlog/schema'
import type { Segment, SegmentEvent } from '../segment.ts'
import { Counts } from './counts.ts'
import { SkippedRanges } from './skipped-ranges.ts'
import { weighEvent } from './weigh-event.ts'

/** Reasons that are worth a row of their own: here bytes were lost that may have held words. */
const RECORDED_REASONS = new Set(['malformed', 'not_an_object', 'too_complex', 'line_too_long', 'damaged_archive'])

/** Collects what a stretch of a file yields, and keeps the account of its bytes. */
export class SegmentBuilder {
  readonly #events: SegmentEvent[] = []
  readonly #ranges = new SkippedRanges()
  readonly #skipped = new Counts()
  readonly #unknownTypes = new Counts()
  #delivered = 0
  #weight = 0

  get hasEvents(): boolean {
    return this.#events.length > 0
  }

  /** About how many bytes its events take. */
  get weight(): number {
    return this.#weight
  }

  addEvent(event: EventInput, offset: number, length: number): void {
    this.#events.push({ event, offset, length })
    this.#weight += weighEvent(event)
  }

  countDelivered(length: number): void {
    this.#delivered += length
  }

  countSkipped(reason: string, offset: number, length: number, detail?: string): void {
    this.#skipped.add(reason, length)
    if (!RECORDED_REASONS.has(reason)) return
    this.#ranges.add({ offset, length, reason, ...(detail === undefined ? {} : { detail }) })
  }

  countUnknownType(type: string): void {
    this.#unknownTypes.add(type, 1)
  }

  build(step: Pick<Segment, 'from' | 'generationReason' | 'cursor'>): Segment {
    return {
      ...step,
      events: this.#events,
      skipped: this.#ranges.all,
      tally: { delivered: this.#delivered, skipped: this.#skipped.toRecord() },
      unknownTypes: this.#unknownTypes.toRecord(),
      weight: this.#weight,
    }
  }
}
