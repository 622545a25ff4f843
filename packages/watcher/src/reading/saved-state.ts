import type { ArchiveProgress } from '../files/tracked-file.ts'
import type { TranscriptIdentity } from '../formats/transcript-format.ts'
import type { JsonObject } from '../json.ts'

/** What a cursor keeps as its state: everything that reading on from its offset needs beside the bytes. */
export interface SavedState {
  /** What the file's first name said; it stays the same transcript under any other. */
  readonly transcript: TranscriptIdentity
  readonly parser: JsonObject | null
  readonly clock: JsonObject | null
  /** The names under which unknown record types were counted so far; absent if there were none. */
  readonly unknownTypes?: readonly string[]
  /** Of a compressed file: how far it was read. */
  readonly archive?: ArchiveProgress
}

/** Reads a stored state back. */
export function toSavedState(state: JsonObject): SavedState {
  return state as unknown as SavedState
}

/** Makes a state fit to be stored. */
export function fromSavedState(state: SavedState): JsonObject {
  return state as unknown as JsonObject
}
