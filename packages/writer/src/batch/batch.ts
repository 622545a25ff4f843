import type { EventRow } from '../intake/event-row.ts'
import type { NewDeadLetter } from '../intake/new-dead-letter.ts'
import { byKind, type SegmentRequest, type WriteRequest } from '../intake/write-request.ts'
import { type CursorStep, joinSteps, makeStorable, toCursorStep } from './cursor-step.ts'
import { type SkippedRangeRecord, toSkippedRangeRecords } from './insert-skipped-ranges.ts'

/** What one transaction writes: all of it, or nothing. */
export interface Batch {
  readonly requests: readonly WriteRequest[]
  readonly rows: readonly EventRow[]
  /** One for each file. */
  readonly steps: readonly CursorStep[]
  readonly skipped: readonly SkippedRangeRecord[]
  readonly invalid: readonly NewDeadLetter[]
  /** The keys whose ids a caller waits for. */
  readonly wanted: readonly string[]
}

/**
 * Makes a batch of requests. A segment that does not continue where the previous one of its file ends cannot be in the
 * same batch, so it and everything after it are left over.
 */
export function createBatch(requests: readonly WriteRequest[]): {
  readonly batch: Batch
  readonly leftOver: readonly WriteRequest[]
} {
  const steps = new Map<string, CursorStep>()
  let end = 0
  for (const request of requests) {
    if (request.kind === 'segment' && !addStep(steps, request)) break
    end += 1
  }
  const batch = toBatch(requests.slice(0, end), [...steps.values()].map(makeStorable))
  return { batch, leftOver: requests.slice(end) }
}

/** A batch of rows without callers, e.g. from the spool. */
export function createRowBatch(rows: readonly EventRow[]): Batch {
  return { requests: [], rows, steps: [], skipped: [], invalid: [], wanted: [] }
}

/** The name of a file in a batch. */
export function toFileKey(file: { readonly device: string; readonly inode: string }): string {
  return `${file.device}:${file.inode}`
}

function addStep(steps: Map<string, CursorStep>, request: SegmentRequest): boolean {
  const step = toCursorStep(request.segment)
  const key = toFileKey(step)
  const before = steps.get(key)
  const joined = before === undefined ? step : joinSteps(before, step)
  if (joined !== null) steps.set(key, joined)
  return joined !== null
}

function toBatch(requests: readonly WriteRequest[], steps: readonly CursorStep[]): Batch {
  const { events, segments } = byKind(requests)
  return {
    requests,
    rows: requests.flatMap((request) => request.rows),
    steps,
    skipped: segments.flatMap(({ segment }) => toSkippedRangeRecords(segment)),
    invalid: segments.flatMap((request) => request.invalid),
    wanted: events.map((request) => request.rows[0].key),
  }
}
