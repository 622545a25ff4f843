export { type Connection, type ConnectOptions, connect } from './connect.ts'
export type { EmbeddedPostgres } from './embedded/embedded-postgres.ts'
export { EmbeddedPostgresError } from './embedded/errors.ts'
export { findEmbeddedPostgres } from './embedded/find-embedded-postgres.ts'
export type { EmbeddedPostgresReport } from './embedded/report.ts'
export type { IdentifyServer, IdentityAnswer } from './embedded/server-identity.ts'
export { startEmbeddedPostgres } from './embedded/start-embedded-postgres.ts'
export { EVENTS_CHANNEL } from './events-channel.ts'
export { DatabaseTooNewError, MigrationError, migrateToLatest } from './migrate-to-latest.ts'
export type { EventFilter } from './queries/event-filter.ts'
export { findMissingEvents, readDeadOffsets } from './queries/find-missing-events.ts'
export { readCursorPages, readCursors, type StoredCursor } from './queries/read-cursors.ts'
export { type DeadLetter, type ReadDeadLettersOptions, readDeadLetters } from './queries/read-dead-letters.ts'
export { readEvent } from './queries/read-event.ts'
export {
  behind,
  type EventPage,
  type EventPageRequest,
  type PageDirection,
  readEventPage,
} from './queries/read-event-page.ts'
export { LOG_START, type LogPosition, readEventsAfter, readLogEnd } from './queries/read-events-after.ts'
export { readSession } from './queries/read-session.ts'
export { type ReadSessionsOptions, readSessions, type SessionPosition } from './queries/read-sessions.ts'
export { readTurnMinutes, type TurnMinute } from './queries/read-turn-minutes.ts'
export { type ReadTurnsOptions, readTurns, type TurnPosition } from './queries/read-turns.ts'
export {
  acceptDeadLetters,
  countOpenDeadLetters,
  resolveDeadLetter,
  touchDeadLetter,
} from './queries/resolve-dead-letters.ts'
export { type RestartedCursor, restartCursor } from './queries/restart-cursor.ts'
export type { StoredEvent } from './queries/stored-event.ts'
export type { LastTurn, StoredSession } from './queries/stored-session.ts'
export type { Database, JsonObject } from './tables.ts'
