export type { EmbeddedPostgres, EmbeddedPostgresExit, EmbeddedPostgresOptions } from './embedded-postgres.ts'
export {
  EmbeddedPostgresAccessError,
  EmbeddedPostgresError,
  EmbeddedPostgresInitError,
  EmbeddedPostgresOccupiedError,
  EmbeddedPostgresStartError,
  EmbeddedPostgresUnavailableError,
  EmbeddedPostgresVersionError,
} from './errors.ts'
export { type FoundEmbeddedPostgres, findEmbeddedPostgres } from './find-embedded-postgres.ts'
export type { EmbeddedPostgresReport, StopMode } from './report.ts'
export { startEmbeddedPostgres } from './start-embedded-postgres.ts'
