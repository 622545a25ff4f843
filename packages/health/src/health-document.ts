/** `ok`: all is well. `degraded`: something is wrong, something works. `down`: nothing is recorded or can be read. */
export const HEALTH_STATUSES = ['ok', 'degraded', 'down'] as const
export type HealthStatus = (typeof HEALTH_STATUSES)[number]

export const CHILD_STATES = ['starting', 'running', 'backing_off', 'crash_loop', 'stopping', 'stopped'] as const
export type ChildState = (typeof CHILD_STATES)[number]

/**
 * How turnlog is: the answer of `GET /health` and of `turnlog status --json`. Times are ISO 8601. The counts of the
 * writer are those since the daemon's start, over all restarts of the watcher.
 */
export interface HealthDocument {
  readonly status: HealthStatus
  /** One plain sentence for each thing that is wrong. */
  readonly reasons: readonly string[]
  readonly watcher: WatcherHealth
  readonly writer: WriterHealth
  readonly source: SourceHealth
  readonly database: DatabaseHealth
  readonly web: WebHealth
}

export interface WatcherHealth {
  /** Its process is there and answers. */
  readonly running: boolean
  /** It has the host's lock, has read the cursors, and follows the files. */
  readonly ready: boolean
  readonly state: ChildState
  readonly pid: number | null
  readonly started_at: string | null
  readonly restart_count: number
  readonly last_heartbeat_at: string | null
  readonly last_exit: LastExit | null
}

/** How a process ended; a signal death has no exit code. */
export interface LastExit {
  readonly reason: string
  readonly code: number | null
  readonly signal: string | null
  readonly uptime_ms: number
  readonly at: string
  /** What was wrong, when it could not even be started. */
  readonly error: string | null
}

export interface WriterHealth {
  readonly last_write_timestamp: string | null
  readonly failed_write_count: number
  readonly written_count: number
  readonly duplicate_count: number
  readonly rejected_count: number
  readonly retry_count: number
  readonly pending_count: number
  readonly spooled_count: number
  readonly dead_letter_count: number
}

export interface SourceHealth {
  readonly files: number
  readonly active_files: number
  /** Bytes on disk that are not committed yet. */
  readonly bytes_behind: number
  readonly skipped_lines: number
  /** Files that are not read at present, the first hundred of them; all others are. */
  readonly quarantined_files: readonly QuarantinedFileHealth[]
}

/** A file that is not read, because reading it killed the watcher or because the database refused it. */
export interface QuarantinedFileHealth {
  readonly path: string
  /** Where the bytes begin that are accused. */
  readonly offset: number
  readonly reason: string
  readonly since: string
  readonly retry_at: string
}

export interface DatabaseHealth {
  readonly reachable: boolean
  readonly embedded: boolean
  readonly version: string | null
}

export interface WebHealth {
  readonly running: boolean
  readonly pid: number | null
  readonly restart_count: number
}

/** Nothing written, nothing failed. */
export const NO_WRITES: WriterHealth = {
  last_write_timestamp: null,
  failed_write_count: 0,
  written_count: 0,
  duplicate_count: 0,
  rejected_count: 0,
  retry_count: 0,
  pending_count: 0,
  spooled_count: 0,
  dead_letter_count: 0,
}

/** No file is known. */
export const NO_FILES: SourceHealth = {
  files: 0,
  active_files: 0,
  bytes_behind: 0,
  skipped_lines: 0,
  quarantined_files: [],
}
