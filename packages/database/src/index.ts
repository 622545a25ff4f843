export { type Connection, type ConnectOptions, connect } from './connect.ts'
export { cutConnection, StatementDeadlineError } from './deadline-client.ts'
export {
  type EmbeddedPostgres,
  EmbeddedPostgresAccessError,
  EmbeddedPostgresError,
  type EmbeddedPostgresExit,
  EmbeddedPostgresInitError,
  EmbeddedPostgresOccupiedError,
  type EmbeddedPostgresOptions,
  type EmbeddedPostgresReport,
  EmbeddedPostgresStartError,
  EmbeddedPostgresUnavailableError,
  EmbeddedPostgresVersionError,
  type FoundEmbeddedPostgres,
  findEmbeddedPostgres,
  type StopMode,
  startEmbeddedPostgres,
} from './embedded/index.ts'
export { DatabaseTooNewError, MigrationError, migrateToLatest } from './migrate-to-latest.ts'
export { readCursors, type StoredCursor } from './queries/read-cursors.ts'
export { type DeadLetter, readDeadLetters } from './queries/read-dead-letters.ts'
export { LOG_START, type LogPosition, readEventsAfter, readLogEnd } from './queries/read-events-after.ts'
export { resolveDeadLetter, touchDeadLetter } from './queries/resolve-dead-letter.ts'
export type { StoredEvent } from './queries/stored-event.ts'
export type { Database, JsonObject } from './tables.ts'
