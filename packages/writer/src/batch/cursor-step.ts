import { cleanText } from '@turnlog/schema'
import type { Segment } from '../segment.ts'

/** One file's step in a batch: from where its cursor must be to where it goes. */
export interface CursorStep {
  readonly device: string
  readonly inode: string
  readonly birth_time_ns: string
  readonly path: string
  readonly agent: string
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
  readonly skipped_bytes: Readonly<Record<string, number>>
  readonly unknown_types: Readonly<Record<string, number>>
}

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

/**
 * The step with text that Postgres can store: no dead letter could save what a cursor says. For the one that is written,
 * not for each that went into it: their states are large.
 */
export function makeStorable(step: CursorStep): CursorStep {
  return cleanText(step).value
}

/**
 * Joins the steps of one file in one batch: a cursor can move only once in a statement. Answers null if the second does
 * not go on where the first ends.
 */
export function joinSteps(first: CursorStep, second: CursorStep): CursorStep | null {
  const begin = { from_generation: first.from_generation, from_offset: first.from_offset }
  const unknown_types = addCounts(first.unknown_types, second.unknown_types)
  if (second.generation > first.generation && second.from_offset === 0) {
    // The bytes of the generation before are of a file that is no more; only the new one's are counted.
    return { ...second, ...begin, unknown_types }
  }
  if (second.generation !== first.generation || second.from_offset !== first.committed_offset) return null
  return {
    ...second,
    ...begin,
    generation_reason: second.generation_reason ?? first.generation_reason,
    delivered_bytes: first.delivered_bytes + second.delivered_bytes,
    skipped_bytes: addCounts(first.skipped_bytes, second.skipped_bytes),
    unknown_types,
  }
}

type Counts = Readonly<Record<string, number>>

function addCounts(a: Counts, b: Counts): Counts {
  const total: Record<string, number> = { ...a }
  for (const [key, count] of Object.entries(b)) total[key] = (total[key] ?? 0) + count
  return total
}
