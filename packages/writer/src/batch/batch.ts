import { cleanText } from '@turnlog/schema'
import type { NewDeadLetter } from '../dead-letter.ts'
import type { EventRow } from '../event-row.ts'
import type { SegmentUnit, Unit } from '../unit.ts'
import { type CursorStep, joinSteps, makeStorable, toCursorStep } from './cursor-step.ts'

/** What one statement writes: all of it, or nothing. */
export interface Batch {
  readonly units: readonly Unit[]
  readonly rows: readonly EventRow[]
  readonly steps: readonly CursorStep[]
  readonly skipped: readonly object[]
  readonly invalid: readonly NewDeadLetter[]
  /** The keys whose ids somebody waits for. */
  readonly wanted: readonly string[]
}

/**
 * Makes a batch of units. A segment that does not go on where the one before it in the same file ends cannot be in the
 * same batch: it and what follows are left over.
 */
export function createBatch(units: readonly Unit[]): { readonly batch: Batch; readonly leftOver: readonly Unit[] } {
  const steps = new Map<string, CursorStep>()
  let end = 0
  for (const unit of units) {
    if (unit.kind === 'segment' && !addStep(steps, unit)) break
    end += 1
  }
  return { batch: toBatch(units.slice(0, end), [...steps.values()].map(makeStorable)), leftOver: units.slice(end) }
}

/** A batch of rows that nobody waits for, as the spool has them. */
export function createRowBatch(rows: readonly EventRow[]): Batch {
  return { units: [], rows, steps: [], skipped: [], invalid: [], wanted: [] }
}

/** The name of a file in a batch. */
export function toFileKey(file: { readonly device: string; readonly inode: string }): string {
  return `${file.device}:${file.inode}`
}

function addStep(steps: Map<string, CursorStep>, unit: SegmentUnit): boolean {
  const step = toCursorStep(unit.segment)
  const key = toFileKey(step)
  const before = steps.get(key)
  const joined = before === undefined ? step : joinSteps(before, step)
  if (joined !== null) steps.set(key, joined)
  return joined !== null
}

function toBatch(units: readonly Unit[], steps: readonly CursorStep[]): Batch {
  const segments = units.filter((unit) => unit.kind === 'segment')
  return {
    units,
    rows: units.flatMap((unit) => unit.rows),
    steps,
    skipped: segments.flatMap(toSkippedRecords),
    invalid: segments.flatMap((unit) => unit.invalid),
    wanted: units.flatMap((unit) => (unit.kind === 'event' ? [unit.rows[0].key] : [])),
  }
}

function toSkippedRecords({ segment }: SegmentUnit): readonly object[] {
  const { cursor } = segment
  return segment.skipped.map(
    (range) =>
      cleanText({
        device: cursor.file.device,
        inode: cursor.file.inode,
        generation: cursor.generation,
        path: cursor.path,
        offset: range.offset,
        length: range.length,
        reason: range.reason,
        detail: range.detail ?? null,
      }).value,
  )
}
