import { cleanText } from '@turnlog/schema'
import type { Segment } from '../segment.ts'

/** One file's step in a batch: from where its cursor must be to where it goes. */
export interface CursorStep {
  readonly device: string
  readonly inode: string
  readonly birth_time_ns: string
  readonly path: string
  readonly agent: Segment['cursor']['agent']
  readonly transcript: string
  readonly from_generation: number
  readonly from_offset: number
  readonly generation: number
  readonly generation_reason: string | null
  readonly committed_offset: number
  readonly marker_hash: string
  readonly marker_length: number
  readonly state: unknown
  readonly size: number
  readonly mtime_ns: string
  readonly delivered_bytes: number
  readonly skipped_bytes: Counts
  readonly unknown_types: Counts
}

/** Counts by a key that comes from a file. Own properties only: a key may be `constructor` or `__proto__`. */
type Counts = Readonly<Record<string, number>>

/** The step of a single segment. */
export function toCursorStep(segment: Segment): CursorStep {
  const { cursor, tally } = segment
  return {
    device: cursor.file.device,
    inode: cursor.file.inode,
    birth_time_ns: cursor.file.birthTimeNs,
    path: cursor.path,
    agent: cursor.agent,
    transcript: cursor.transcript,
    from_generation: cursor.generation,
    from_offset: segment.from,
    generation: cursor.generation,
    generation_reason: segment.generationReason,
    committed_offset: cursor.offset,
    marker_hash: cursor.marker.hash,
    marker_length: cursor.marker.length,
    state: cursor.state,
    size: cursor.size,
    mtime_ns: cursor.mtimeNs,
    delivered_bytes: tally.delivered,
    skipped_bytes: tally.skipped,
    unknown_types: segment.unknownTypes,
  }
}

/** The step with text that PostgreSQL can store. Done once for each joined step, because states are large. */
export function makeStorable(step: CursorStep): CursorStep {
  return cleanText(step).value
}

/**
 * Joins two steps of one file, because a cursor can move only once in a batch.
 *
 * @returns null if the second does not continue where the first ends
 */
export function joinSteps(first: CursorStep, second: CursorStep): CursorStep | null {
  const start = { from_generation: first.from_generation, from_offset: first.from_offset }
  const unknown_types = addCounts(first.unknown_types, second.unknown_types)
  if (second.generation > first.generation && second.from_offset === 0) {
    // The bytes of the previous generation are no longer in the file; only those of the new one are counted.
    return { ...second, ...start, unknown_types }
  }
  if (second.generation !== first.generation || second.from_offset !== first.committed_offset) return null
  return {
    ...second,
    ...start,
    generation_reason: second.generation_reason ?? first.generation_reason,
    delivered_bytes: first.delivered_bytes + second.delivered_bytes,
    skipped_bytes: addCounts(first.skipped_bytes, second.skipped_bytes),
    unknown_types,
  }
}

function addCounts(a: Counts, b: Counts): Counts {
  const total = new Map(Object.entries(a))
  for (const [key, count] of Object.entries(b)) total.set(key, (total.get(key) ?? 0) + count)
  return Object.fromEntries(total)
}
