import type { Segment } from './segment.ts'

/** A file that was written to within this time is one that somebody may be looking at. */
const LIVE_MS = 10_000

/**
 * Whether a segment is news: the end of a file that was just written to. Everything else is history, or has more of its
 * kind right behind it, and can wait a moment for company in its batch.
 */
export function isUrgent({ cursor }: Segment, now: number): boolean {
  return cursor.offset >= cursor.size && now - Number(cursor.mtimeNs) / 1e6 < LIVE_MS
}
