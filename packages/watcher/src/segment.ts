import type { EventInput } from '@turnlog/schema'
import type { FileCursor } from './file-cursor.ts'

/** An event and the bytes that it was read from. */
export interface SegmentEvent {
  readonly event: EventInput
  readonly offset: number
  readonly length: number
}

/** Bytes that yielded nothing although they should have, kept with their reason. */
export interface SkippedRange {
  readonly offset: number
  readonly length: number
  readonly reason: string
  /** How many lines, or parts of lines, were joined into this range; absent for one. */
  readonly places?: number
  readonly detail?: string
}

/** The bytes of a segment by what became of them. The sum is the segment's length. */
export interface Tally {
  /** Bytes of entries that yielded a turn. */
  readonly delivered: number
  /** Bytes of all others, by reason. */
  readonly skipped: Readonly<Record<string, number>>
}

/**
 * A contiguous stretch of one transcript in which every byte is accounted for. Segments of a file come in order and
 * without gaps: each begins where the one before it ended, or at 0 in a new generation. One of no length moves only
 * the cursor's state, for an event that time caused.
 */
export interface Segment {
  /** The offset that the stored cursor has to have for this step to be valid. */
  readonly from: number
  /** Why the file was begun again; set on the first segment of a new generation only. */
  readonly generationReason: string | null
  /** The cursor after this segment; its offset is the segment's end. */
  readonly cursor: FileCursor
  /** In file order, each with its `event_key`. */
  readonly events: readonly SegmentEvent[]
  readonly skipped: readonly SkippedRange[]
  readonly tally: Tally
  /** Record types that the format does not know, and how often each was met; of each file at most some fifty names. */
  readonly unknownTypes: Readonly<Record<string, number>>
  /** About how many bytes the events take as JSON, which can be far more than the bytes that they were read from. */
  readonly weight: number
}
