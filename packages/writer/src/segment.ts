import type { JsonObject } from '@turnlog/database'
import type { Agent, EventInput } from '@turnlog/schema'

/** Device, inode and birth time of a file, as decimal strings (they may exceed what a number holds). */
export interface FileIdentity {
  readonly device: string
  readonly inode: string
  readonly birthTimeNs: string
}

/** Hash of the `length` bytes just before the offset: proves that the file is still the one that was read. */
export interface Marker {
  readonly hash: string
  readonly length: number
}

/** Where reading of one file goes on. Moved in the same transaction as the events that it follows. */
export interface FileCursor {
  readonly agent: Agent
  readonly path: string
  /** The transcript's own name, part of the identity of its events. */
  readonly transcript: string
  readonly file: FileIdentity
  /** How often the file was begun again. */
  readonly generation: number
  readonly offset: number
  readonly marker: Marker
  /** Parser and session state at the offset. */
  readonly state: JsonObject
  readonly size: number
  readonly mtimeNs: string
}

/** An event of a segment, and the bytes of the file that it was read from. */
export interface SegmentEvent {
  readonly event: EventInput
  readonly offset: number
  readonly length: number
}

/** A stretch of the file that holds no readable entry and is worth a row. */
export interface SkippedRange {
  readonly offset: number
  readonly length: number
  readonly reason: string
  readonly detail?: string
}

/**
 * A contiguous stretch of one transcript, `from` to `cursor.offset` in bytes, with everything in it accounted for. It
 * may be empty: an event that time brought about (`session_ended`) moves nothing but the state.
 */
export interface Segment {
  /** The offset that the cursor must have for this step to be valid; 0 with a higher generation begins the file again. */
  readonly from: number
  /** Why the file was begun again; set on the first segment of a new generation. */
  readonly generationReason: string | null
  /** The cursor after this segment. */
  readonly cursor: FileCursor
  /** In file order, each with its `event_key`. */
  readonly events: readonly SegmentEvent[]
  readonly skipped: readonly SkippedRange[]
  /** In bytes; delivered and skipped together are the length of the segment. */
  readonly tally: { readonly delivered: number; readonly skipped: Readonly<Record<string, number>> }
  /** Entry types that the format does not know, counted. */
  readonly unknownTypes: Readonly<Record<string, number>>
}
