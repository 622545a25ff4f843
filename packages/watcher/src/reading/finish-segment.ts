import { type TrackedFile, toFileCursor } from '../files/tracked-file.ts'
import type { Segment } from '../segment.ts'
import { markerOf } from './marker.ts'
import { fromSavedState, toSavedState } from './saved-state.ts'
import type { SegmentBuilder } from './segment-builder.ts'
import type { TranscriptReading } from './transcript-reading.ts'

export interface FinishedStretch {
  /** Where the file's account moves to. */
  readonly to: number
  /** The last bytes before it, as many as a marker wants. */
  readonly bytes: Buffer
  readonly segment: SegmentBuilder
}

/** Moves a file's account on, and makes the segment that says so. */
export function finishSegment(file: TrackedFile, reading: TranscriptReading, stretch: FinishedStretch): Segment {
  const { to, bytes, segment } = stretch
  const from = file.offset
  const generationReason = file.restartReason
  file.offset = to
  file.scanned = to
  file.restartReason = null
  if (to > from) file.marker = markerOf(bytes)
  file.sessionDueAt = reading.sessionDueAt
  const state = toSavedState(reading.snapshot())
  const saved = file.archive === null ? state : { ...state, archive: file.archive }
  return segment.build({ from, generationReason, cursor: toFileCursor(file, fromSavedState(saved)) })
}
