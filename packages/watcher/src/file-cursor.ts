import type { Agent } from '@turnlog/schema'
import type { FileIdentity } from './files/file-identity.ts'
import type { JsonObject } from './json.ts'
import type { Marker } from './reading/marker.ts'

/**
 * Where the reading of one file goes on. Handed in for every known file at the start, and handed out with each
 * segment, to be stored in the same transaction as the segment's events.
 */
export interface FileCursor {
  readonly agent: Agent
  /** Where the file was when it was last read; it may have moved since. */
  readonly path: string
  /** The transcript's own name: part of every event's identity, fixed when the file is first seen. */
  readonly transcript: string
  readonly file: FileIdentity
  /** Counts how often the file was begun again, because it was truncated or rewritten. */
  readonly generation: number
  /** The first byte that is not accounted for yet. */
  readonly offset: number
  /** Proves that the file is still the one that was read up to the offset. */
  readonly marker: Marker
  /** What parser and session clock remember at the offset. */
  readonly state: JsonObject
  /** Size and modification time as of the read; a file in which both are unchanged needs no read. */
  readonly size: number
  readonly mtimeNs: string
}
