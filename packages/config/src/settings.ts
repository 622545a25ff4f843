import type { AGENTS, LOG_FORMATS, LOG_LEVELS } from './schema.ts'

/** Everything that can be set, checked and complete. Deeply frozen; paths are absolute. */
export interface Settings {
  /** The file that was read; null where there is none and all is default. */
  readonly configFile: string | null
  readonly server: ServerSettings
  readonly logging: LoggingSettings
  readonly database: DatabaseSettings
  /** Folder of everything that turnlog keeps on disk. It may not exist yet. */
  readonly stateDir: string
  /** Folders of transcripts. One that does not exist yet is waited for. */
  readonly sources: readonly SourceSettings[]
  readonly fileWatcher: FileWatcherSettings
  readonly eventSystem: EventSystemSettings
}

export interface ServerSettings {
  readonly host: string
  /** 0: any port that is free. */
  readonly port: number
}

export interface LoggingSettings {
  readonly level: (typeof LOG_LEVELS)[number]
  readonly format: (typeof LOG_FORMATS)[number]
}

export interface DatabaseSettings {
  /** `embedded`, or a `postgres://` URL. It may hold a password: never log it. */
  readonly url: string
  readonly poolSize: number
}

export interface SourceSettings {
  readonly agent: (typeof AGENTS)[number]
  readonly path: string
}

export interface FileWatcherSettings {
  readonly pollingIntervalSeconds: number
  readonly reconcileIntervalSeconds: number
  readonly inactivityTimeoutSeconds: number
  readonly maxLineBytes: number
}

export interface EventSystemSettings {
  readonly writeRetryAttempts: number
  readonly writeRetryDelayMs: number
  /** Restarts within the window after which the next crash is a crash loop. */
  readonly maxRestarts: number
  /** Length of that window. */
  readonly restartWindowSeconds: number
  /** A process without a heartbeat for this long is killed and restarted. */
  readonly heartbeatTimeoutSeconds: number
  readonly shutdownTimeoutSeconds: number
}
