import type { Database } from '@turnlog/database'
import { type Kysely, sql } from 'kysely'

/**
 * Takes the lease from its owner without becoming one. The owner stops at its next renewal or batch, and the next
 * owner starts over from the cursors as they are then.
 *
 * @returns whether there was an owner
 */
export async function revokeLease(db: Kysely<Database>, name: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('leases')
    .set(({ eb }) => ({ epoch: eb('epoch', '+', '1'), released_at: sql<Date>`clock_timestamp()` }))
    .where('name', '=', name)
    .where('released_at', 'is', null)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
