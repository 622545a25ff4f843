import type { Agent } from '@turnlog/schema'
import type { FileCursor } from './file-cursor.ts'
import type { WatcherReport } from './report.ts'
import type { Segment } from './segment.ts'

/** A folder in which one agent keeps its transcripts. One that does not exist is waited for. */
export interface TranscriptSource {
  readonly agent: Agent
  readonly path: string
}

/**
 * What became of a delivered segment. `fenced`: another watcher has these files now, or moved their cursors; `closed`: no
 * more segments are taken. Both end the watching. `refused`: the store does not take the cursor of this file, which is
 * quarantined with the reason, while all others are read.
 */
export type DeliveryStatus = 'committed' | 'fenced' | 'closed' | 'refused'

export type Delivery =
  | { readonly status: Exclude<DeliveryStatus, 'refused'> }
  | { readonly status: 'refused'; readonly reason: string }

export interface WatcherOptions {
  readonly sources: readonly TranscriptSource[]
  /** Where reading goes on, for every file that was read before. Files without a cursor are read from their start. */
  readonly cursors: Iterable<FileCursor>
  /**
   * Takes a segment and resolves once it is stored, or never will be. Called in file order for each file, without
   * waiting for the segment before; what is not settled is bounded by `windowBytes`, so a slow store slows the reading.
   */
  readonly deliver: (segment: Segment) => Promise<Delivery>
  /** How often files that were written lately are looked at, whatever change events say; everything, where there are none. @default 2000 */
  readonly pollingIntervalMs?: number
  /** False where it is known that the system tells of no changes: then they are found by looking alone. @default true */
  readonly changeEvents?: boolean
  /** How often everything is looked at, so that a lost change event costs no more than this. @default 60000 */
  readonly reconcileIntervalMs?: number
  /** Silence after which a session is said to have ended. @default 5400000 */
  readonly inactivityTimeoutMs?: number
  /** A longer line is skipped, recorded with its range, and never held in memory. @default 32 MiB */
  readonly maxLineBytes?: number
  /** How many bytes of entries and of events may be handed out and not settled. @default 3 MiB */
  readonly windowBytes?: number
  /**
   * Where is kept from one process to the next which bytes are being parsed and which files are in quarantine, so that a
   * file that kills the process is found out. Null: nothing is kept. @default null
   */
  readonly stateDirectory?: string | null
  readonly report?: WatcherReport
  /** Milliseconds since the epoch, to compare with the times of files and entries. @default Date.now */
  readonly now?: () => number
}

export type ResolvedWatcherOptions = Required<WatcherOptions>

/** Fills in the defaults. */
export function resolveWatcherOptions(options: WatcherOptions): ResolvedWatcherOptions {
  return {
    changeEvents: true,
    pollingIntervalMs: 2_000,
    reconcileIntervalMs: 60_000,
    inactivityTimeoutMs: 5_400_000,
    maxLineBytes: 32 * 1024 * 1024,
    windowBytes: 3 * 1024 * 1024,
    stateDirectory: null,
    report: {},
    now: Date.now,
    ...options,
  }
}
