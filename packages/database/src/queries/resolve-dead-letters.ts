import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'

const now = sql<Date>`now()`

/** Marks a dead letter as resolved: its event is in the log now. */
export async function resolveDeadLetter(db: Kysely<Database>, id: string): Promise<void> {
  await db.updateTable('dead_letters').set({ resolved_at: now, retried_at: now }).where('id', '=', id).execute()
}

/** Marks a dead letter as retried without success. */
export async function touchDeadLetter(db: Kysely<Database>, id: string): Promise<void> {
  await db.updateTable('dead_letters').set({ retried_at: now }).where('id', '=', id).execute()
}

/**
 * Marks dead letters as accepted: a person decided that their events stay out of the log. They stay in the table.
 *
 * @param ids which ones; null for all that are open
 * @returns the ids that were open, and are accepted now
 */
export async function acceptDeadLetters(
  db: Kysely<Database>,
  ids: ReadonlySet<string> | null,
): Promise<readonly string[]> {
  const accepted = await db
    .updateTable('dead_letters')
    .set({ resolved_at: now, accepted_at: now })
    .where('resolved_at', 'is', null)
    .$if(ids !== null, (query) => query.where('id', 'in', [...(ids ?? [])]))
    .returning('id')
    .execute()
  return accepted.map(({ id }) => id)
}

/** How many dead letters of a host were neither written nor accepted. */
export async function countOpenDeadLetters(db: Kysely<Database>, host: string): Promise<number> {
  const { count } = await db
    .selectFrom('dead_letters')
    .select(({ fn }) => fn.countAll().as('count'))
    .where('host', '=', host)
    .where('resolved_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(count)
}
