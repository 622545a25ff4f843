import type { NewDeadLetter } from './dead-letter.ts'
import type { EventRow } from './event-row.ts'
import type { SegmentResult, WriteResult } from './results.ts'
import type { Segment } from './segment.ts'

/** One `writeEvent` that waits for its outcome. */
export interface EventUnit {
  readonly kind: 'event'
  readonly rows: readonly [EventRow]
  readonly size: number
  readonly isUrgent: true
  readonly settle: (result: WriteResult) => void
}

/** One `writeSegment` that waits for its outcome. */
export interface SegmentUnit {
  readonly kind: 'segment'
  readonly segment: Segment
  readonly rows: readonly EventRow[]
  /** Events of the segment that are known not to be valid. */
  readonly invalid: readonly NewDeadLetter[]
  readonly size: number
  /** Whether somebody may be watching for it: it does not wait for company. */
  readonly isUrgent: boolean
  readonly settle: (result: SegmentResult) => void
}

/** What travels in a batch and is settled as a whole. */
export type Unit = EventUnit | SegmentUnit
