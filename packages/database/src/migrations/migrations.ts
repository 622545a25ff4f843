import type { Migration } from 'kysely/migration'
import * as eventLog from './0001-event-log.ts'
import * as readingBySession from './0002-reading-by-session.ts'
import * as canonicalTurns from './0003-canonical-turns.ts'
import * as leases from './0004-leases.ts'

/** Every step of the schema, in order. A released step is never changed; a new one is added at the end. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-event-log': eventLog,
  '0002-reading-by-session': readingBySession,
  '0003-canonical-turns': canonicalTurns,
  '0004-leases': leases,
}
