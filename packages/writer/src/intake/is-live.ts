import type { Segment } from '../segment.ts'

/** A file that was modified within this time is live. */
const LIVE_MS = 10_000

/** Whether a segment is live, i.e. reaches the end of a recently modified file. All other segments are history. */
export function isLive({ cursor }: Segment, now: number): boolean {
  return cursor.offset >= cursor.size && now - Number(cursor.mtimeNs) / 1e6 < LIVE_MS
}
