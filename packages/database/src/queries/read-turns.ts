import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'
import { type StoredEvent, selectEvents } from './stored-event.ts'

/** A place in a session's transcript. */
export interface TurnPosition {
  /** ISO 8601 with microseconds, as in {@link StoredEvent}. */
  readonly timestamp: string
  readonly id: string
}

export interface ReadTurnsOptions {
  readonly session: string
  /** `later` reads from the beginning on, `earlier` from the end back. */
  readonly direction: 'later' | 'earlier'
  /** Exclusive. @default where the direction begins */
  readonly from?: TurnPosition
  readonly limit: number
  /** Characters of each text that are kept. @default all */
  readonly cut?: number
}

/** Turns of a session in the order in which they were said; `earlier` gives the last first. */
export function readTurns(
  db: Kysely<Database>,
  { session, direction, from, limit, cut }: ReadTurnsOptions,
): Promise<readonly StoredEvent[]> {
  const [order, beyond] = direction === 'later' ? (['asc', sql`>`] as const) : (['desc', sql`<`] as const)
  return (
    selectEvents(db, cut)
      // In so many words: the planner would not use the index of turns for a parameter.
      .where(sql<boolean>`event_type = 'turn_detected'`)
      .where('session_uuid', '=', session)
      .$if(from !== undefined, (query) =>
        query.where(sql<boolean>`("timestamp", id) ${beyond} (${from?.timestamp}::timestamptz, ${from?.id}::bigint)`),
      )
      .orderBy('events.timestamp', order)
      .orderBy('id', order)
      .limit(limit)
      .execute()
  )
}
