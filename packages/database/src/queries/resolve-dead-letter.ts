import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'

/** Marks a dead letter as dealt with: its event is in the log now, or was given up on purpose. */
export async function resolveDeadLetter(db: Kysely<Database>, id: string): Promise<void> {
  await sql`update dead_letters set resolved_at = now(), retried_at = now() where id = ${id}`.execute(db)
}

/** Marks a dead letter as tried again, without success. */
export async function touchDeadLetter(db: Kysely<Database>, id: string): Promise<void> {
  await sql`update dead_letters set retried_at = now() where id = ${id}`.execute(db)
}
