import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.ts'

/** Of these events, the keys of those that are neither in the log nor a dead letter that is open or accepted. */
export async function findMissingEvents(db: Kysely<Database>, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ key: string }>`
    select key from unnest(${keys}::uuid[]) as key
    where not exists (select from events where event_key = key)
      and not exists (select from dead_letters where event_key = key and (resolved_at is null or accepted_at is not null))`.execute(
    db,
  )
  return new Set(rows.map((row) => row.key))
}

/**
 * The places in a file whose event was refused. An event that is none by the taxonomy is known by its place alone: its
 * dead letter has a key of its own.
 */
export async function readDeadOffsets(
  db: Kysely<Database>,
  host: string,
  file: { readonly device: string; readonly inode: string },
): Promise<ReadonlySet<number>> {
  const rows = await db
    .selectFrom('dead_letters')
    .select('offset')
    .where('host', '=', host)
    .where('device', '=', file.device)
    .where('inode', '=', file.inode)
    .where('offset', 'is not', null)
    .execute()
  return new Set(rows.map((row) => Number(row.offset)))
}
