import type { Migration } from 'kysely/migration'
import * as eventLog from './0001-event-log.ts'
import * as readingBySession from './0002-reading-by-session.ts'
import * as canonicalTurns from './0003-canonical-turns.ts'

/** Every step of the schema, in order. A step that was released is never changed; a new one is added below. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-event-log': eventLog,
  '0002-reading-by-session': readingBySession,
  '0003-canonical-turns': canonicalTurns,
}
