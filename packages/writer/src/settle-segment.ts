import { toFileKey } from './batch/batch.ts'
import type { Committed } from './batch/committed.ts'
import type { SegmentUnit } from './unit.ts'

/** Tells a segment of a committed batch what became of it. */
export function settleCommitted(unit: SegmentUnit, { refused }: Committed): void {
  const deadLetters = unit.invalid.length + unit.rows.filter((row) => refused.has(row.key)).length
  unit.settle({ status: 'committed', events: unit.rows.length + unit.invalid.length, deadLetters })
}

/** Whether a segment's file is among those whose cursors somebody else has moved; with none named, it is. */
export function isStranger(unit: SegmentUnit, files: ReadonlySet<string>): boolean {
  return files.size === 0 || files.has(toFileKey(unit.segment.cursor.file))
}
