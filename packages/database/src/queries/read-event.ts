import type { Kysely } from 'kysely'
import type { Database } from '../tables.ts'
import { type StoredEvent, selectEvents } from './stored-event.ts'

/** The event with an id. */
export function readEvent(db: Kysely<Database>, id: string): Promise<StoredEvent | undefined> {
  return selectEvents(db).where('id', '=', id).executeTakeFirst()
}
