import type { ChildState, DatabaseHealth, LastExit, SourceHealth, WriterHealth } from './health-document.ts'

/** What a health document is made of, as those who watch over each part know it. */
export interface HealthFacts {
  readonly watcher: WatcherFacts
  readonly writer: WriterHealth
  readonly source: SourceHealth
  readonly database: DatabaseFacts
  readonly web: ChildFacts
}

/** A supervised process. */
export interface ChildFacts {
  readonly state: ChildState
  readonly pid: number | null
  readonly restartCount: number
  readonly lastExit: LastExit | null
  /** How long it has sent no heartbeat although it could have been received; null while it does not run. */
  readonly silentMs: number | null
}

export interface WatcherFacts extends ChildFacts {
  /** It said that it reads and that its events reach the database. */
  readonly ready: boolean
  /** This process has been ready once. */
  readonly hasBeenReady: boolean
  readonly startedAt: string | null
  readonly lastHeartbeatAt: string | null
  /** What it says is in its way. */
  readonly problems: readonly Problem[]
}

export interface DatabaseFacts extends DatabaseHealth {
  readonly problems: readonly Problem[]
}

/** Something that is wrong. */
export interface Problem {
  /** Stays the same for as long as this is wrong, whatever the sentence says meanwhile. */
  readonly key: string
  /** What is wrong, for people, in one plain sentence. */
  readonly sentence: string
  /** Part of a normal start, stop or restart: only worth a warning if it takes long. */
  readonly passing?: boolean
}
