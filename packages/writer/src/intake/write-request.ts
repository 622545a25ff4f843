import type { SegmentResult, WriteResult } from '../results.ts'
import type { Segment } from '../segment.ts'
import type { EventRow } from './event-row.ts'
import type { NewDeadLetter } from './new-dead-letter.ts'

/** One `writeEvent` that waits for its outcome. */
export interface EventRequest {
  readonly kind: 'event'
  readonly rows: readonly [EventRow]
  /** In characters of JSON. */
  readonly size: number
  readonly isLive: true
  readonly settle: (result: WriteResult) => void
}

/** One `writeSegment` that waits for its outcome. */
export interface SegmentRequest {
  readonly kind: 'segment'
  /** Without its events: `rows` and `invalid` hold them. */
  readonly segment: Segment
  readonly rows: readonly EventRow[]
  /** Events of the segment that failed validation. */
  readonly invalid: readonly NewDeadLetter[]
  /** In characters of JSON. */
  readonly size: number
  /** Written immediately, without waiting for a fuller batch. */
  readonly isLive: boolean
  readonly settle: (result: SegmentResult) => void
}

/** What a batch consists of; each request is settled as a whole. */
export type WriteRequest = EventRequest | SegmentRequest

/** Splits requests by their kind, each kind in its order. */
export function byKind(requests: readonly WriteRequest[]): {
  readonly events: readonly EventRequest[]
  readonly segments: readonly SegmentRequest[]
} {
  return {
    events: requests.filter((request) => request.kind === 'event'),
    segments: requests.filter((request) => request.kind === 'segment'),
  }
}
