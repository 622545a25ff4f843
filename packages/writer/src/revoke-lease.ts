import type { Database } from '@turnlog/database'
import { type Kysely, sql } from 'kysely'
import { toLockName } from './lease.ts'

/**
 * Takes the lease from the watcher that has it, by ending the connection that it is bound to. That watcher stops, and
 * whoever comes next starts over from the cursors as they are now.
 *
 * @returns whether there was one
 */
export async function revokeLease(db: Kysely<Database>, host: string): Promise<boolean> {
  // An advisory lock on a bigint shows its halves: https://www.postgresql.org/docs/current/view-pg-locks.html
  const { rows } = await sql`
    select pg_terminate_backend(pid) from pg_locks
    where locktype = 'advisory' and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())
      and (classid::bigint << 32) | objid::bigint = hashtextextended(${toLockName(host)}, 0)`.execute(db)
  return rows.length > 0
}
