import type { SourceSettings } from '@turnlog/config'
import type { DaemonReply } from '@turnlog/health'
import type { QuarantinedFile } from '@turnlog/watcher'

/** Everything that the doctor looked at. Times are milliseconds since the epoch. */
export interface DoctorFacts {
  readonly now: number
  readonly stateDir: string
  readonly configFile: string | null
  readonly daemon: DaemonReply
  readonly sources: readonly SourceFacts[]
  readonly quarantined: readonly QuarantinedFile[]
  /** Null where the system has no such limits. */
  readonly inotify: InotifyFacts | null
  readonly disk: DiskFacts
  readonly database: DatabaseFacts
  readonly spool: { readonly files: number; readonly bytes: number }
}

/** A folder of transcripts, as it is on disk and as far as it is recorded. */
export interface SourceFacts extends SourceSettings {
  readonly state: 'present' | 'missing' | 'unreadable'
  /** Why it cannot be read. */
  readonly problem: string | null
  readonly folders: number
  readonly files: number
  readonly bytes: number
  /** Files and folders below it that cannot be looked into, the first ones. */
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[]
  readonly pending: PendingFacts
  /** When the oldest transcript was last written to; null where there is none. */
  readonly oldestAt: number | null
  /** The time of the file that is furthest in the future; null where none is. */
  readonly futureAt: number | null
  readonly retention: RetentionFacts
}

/** Transcripts that hold lines that are not recorded yet. */
export interface PendingFacts {
  readonly files: number
  readonly bytes: number
  /** When the one that was left alone for longest was last written to. */
  readonly oldestAt: number | null
}

/** After how long the agent deletes its own transcripts. */
export interface RetentionFacts {
  /** Null: it keeps them. */
  readonly days: number | null
  /** The settings that say so; null for the agent's default. */
  readonly file: string | null
  /** Why its settings could not be read. */
  readonly problem: string | null
}

export interface InotifyFacts {
  readonly maxWatches: number
  readonly maxInstances: number
  /** Those of all of this account's programs. */
  readonly usedWatches: number
  readonly usedInstances: number
}

export interface DiskFacts {
  readonly path: string
  readonly isWritable: boolean
  readonly freeBytes: number
  readonly totalBytes: number
}

export type DatabaseFacts =
  /** An embedded one that was never started, or does not run. */
  | { readonly state: 'absent' | 'stopped' }
  | { readonly state: 'unreachable'; readonly embedded: boolean; readonly problem: string }
  | {
      readonly state: 'reachable'
      readonly embedded: boolean
      readonly version: string
      /** 180004 for 18.4. */
      readonly versionNumber: number
      readonly bytes: number
      /** Null where there are no tables of turnlog yet. */
      readonly log: { readonly events: number; readonly deadLetters: number; readonly migration: string } | null
      /** By how much its clock is ahead of ours, in milliseconds. */
      readonly clockAheadMs: number
    }
