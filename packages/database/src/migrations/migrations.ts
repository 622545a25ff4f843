import type { Migration } from 'kysely/migration'
import * as eventLog from './0001-event-log.ts'
import * as readingBySession from './0002-reading-by-session.ts'

/** Every step of the schema, in order. A step that was released is never changed; a new one is added below. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-event-log': eventLog,
  '0002-reading-by-session': readingBySession,
}
