import type { Committed } from '../batch/committed.ts'
import type { EventRequest, SegmentRequest } from '../intake/write-request.ts'
import { EventRefusedError, type WriteResult } from '../results.ts'

/** Resolves the requests of a committed batch. */
export function settleCommitted(
  { events, segments }: { readonly events: readonly EventRequest[]; readonly segments: readonly SegmentRequest[] },
  committed: Committed,
): void {
  for (const request of segments) settleSegment(request, committed)
  const seen = new Set<string>()
  for (const request of events) {
    const { key } = request.rows[0]
    request.settle(toResult(key, committed, seen.has(key)))
    seen.add(key)
  }
}

function settleSegment(request: SegmentRequest, { refused }: Committed): void {
  const deadLetters = request.invalid.length + request.rows.filter((row) => refused.has(row.key)).length
  request.settle({ status: 'committed', events: request.rows.length + request.invalid.length, deadLetters })
}

function toResult(key: string, { newIds, oldIds, refused }: Committed, isRepeated: boolean): WriteResult {
  const letter = refused.get(key)
  if (letter !== undefined) {
    const { sqlstate, reason, attempts } = letter
    return { status: 'failed', error: new EventRefusedError(sqlstate, reason), attempts, keptIn: 'dead_letters' }
  }
  const newId = newIds.get(key)
  if (newId !== undefined) return { status: isRepeated ? 'duplicate' : 'written', id: newId }
  return { status: 'duplicate', id: oldIds.get(key) ?? '' }
}
