import type { BigIntStats } from 'node:fs'
import type { FileCursor } from '../file-cursor.ts'
import type { TranscriptFormat, TranscriptIdentity } from '../formats/transcript-format.ts'
import type { JsonObject } from '../json.ts'
import { type Marker, NO_MARKER } from '../reading/marker.ts'
import { toSavedState } from '../reading/saved-state.ts'
import { type FileIdentity, toFileIdentity } from './file-identity.ts'

/** A compressed file is read from its start to its end, or to where it is damaged, and then left alone until it changes. */
export type ArchiveProgress = 'open' | 'read' | 'damaged'

/** A transcript file that the watcher knows, and how far it has come with it. Small: there can be tens of thousands. */
export interface TrackedFile {
  readonly key: string
  readonly format: TranscriptFormat
  readonly transcript: TranscriptIdentity
  readonly identity: FileIdentity
  /** Where it was last seen. */
  path: string
  generation: number
  /** Why the generation that comes next begins; null while the present one goes on. */
  restartReason: string | null
  /** The first byte that was not handed out yet. */
  offset: number
  /** The first byte that is not committed yet; never beyond `offset`. */
  committed: number
  marker: Marker
  /** Parser and session clock at `offset`, as JSON text: a string takes a fraction of the objects' memory. */
  state: string | null
  /** Size and modification time when it was last looked at. */
  size: number
  mtimeNs: bigint
  /** How far a compressed file was read; null for a plain one. */
  archive: ArchiveProgress | null
  /** False while it is not certain that the file is still the one that was read up to `offset`. */
  isVerified: boolean
  /** Up to here an unfinished line was searched for its newline in vain. */
  scanned: number
  /** Its last line has no newline yet, and was not complete when it was last looked at. */
  hasOpenLine: boolean
  /** When its session ends if nothing more comes, in milliseconds since the epoch; null if it has ended or none began. */
  sessionDueAt: number | null
  /** It is not at its path any more; what is still to be had from it is read while it is open. */
  vanished: boolean
  /** Waits in the queue to be read. */
  queued: boolean
  /** The number of the sweep that saw it last. */
  sweep: number
}

/** Where a file is, and what that says about it. */
type Place = Pick<TrackedFile, 'key' | 'format' | 'path' | 'transcript'>

/** A file that was never read. */
export function trackNewFile(stats: BigIntStats, place: Place): TrackedFile {
  return {
    ...place,
    identity: toFileIdentity(stats),
    generation: 0,
    restartReason: null,
    offset: 0,
    committed: 0,
    marker: NO_MARKER,
    state: null,
    archive: place.transcript.compressed === true ? 'open' : null,
    size: Number(stats.size),
    mtimeNs: stats.mtimeNs,
    isVerified: true,
    scanned: 0,
    hasOpenLine: false,
    sessionDueAt: null,
    vanished: false,
    queued: false,
    sweep: 0,
  }
}

/** A file in whose place another one, now gone, was read before: the same inode, given to a new file. */
export function trackRecreatedFile(previousGeneration: number, stats: BigIntStats, place: Place): TrackedFile {
  return { ...trackNewFile(stats, place), generation: previousGeneration + 1, restartReason: 'recreated' }
}

/** A file whose cursor was stored: it goes on from there, under the name that it had when it was first seen. */
export function trackKnownFile(cursor: FileCursor, stats: BigIntStats, place: Place): TrackedFile {
  const file = trackNewFile(stats, place)
  const saved = toSavedState(cursor.state)
  const isVerified = isAsStored(cursor, stats)
  return {
    ...file,
    isVerified,
    transcript: saved.transcript,
    archive: file.archive !== null && isVerified ? (saved.archive ?? 'open') : file.archive,
    identity: cursor.file,
    generation: cursor.generation,
    offset: cursor.offset,
    committed: cursor.offset,
    marker: cursor.marker,
    state: JSON.stringify(cursor.state),
    scanned: cursor.offset,
  }
}

/** Whether there may be something to read in it. */
export function isBehind(file: TrackedFile): boolean {
  if (!file.isVerified || file.restartReason !== null) return true
  return file.archive === null ? file.offset !== file.size : file.archive === 'open'
}

/** The file is not the one any more that was read up to the offset: a new generation begins. */
export function startOver(file: TrackedFile, reason: string): void {
  file.generation += 1
  file.restartReason = reason
  file.offset = 0
  file.scanned = 0
  file.marker = NO_MARKER
  file.state = null
}

/** The cursor of a tracked file whose state is at hand. */
export function toFileCursor(file: TrackedFile, state: JsonObject): FileCursor {
  return {
    agent: file.format.agent,
    path: file.path,
    transcript: file.transcript.transcript,
    file: file.identity,
    generation: file.generation,
    offset: file.offset,
    marker: file.marker,
    state,
    size: file.size,
    mtimeNs: String(file.mtimeNs),
  }
}

function isAsStored(cursor: FileCursor, stats: BigIntStats): boolean {
  return cursor.size === Number(stats.size) && cursor.mtimeNs === String(stats.mtimeNs)
}
