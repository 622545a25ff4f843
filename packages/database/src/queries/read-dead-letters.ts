import type { Kysely } from 'kysely'
import type { Database } from '../tables.ts'

/** An event that could not be stored, and where it came from. */
export interface DeadLetter {
  readonly id: string
  readonly event_key: string
  readonly event_type: string | null
  readonly host: string
  /** The event's JSON as it was handed in; null if it was too large to keep (the file still has it). */
  readonly event: string | null
  readonly path: string | null
  readonly device: string | null
  readonly inode: string | null
  readonly offset: number | null
  readonly length: number | null
  readonly sha256: string
  readonly sqlstate: string | null
  readonly reason: string
  readonly created_at: Date
  readonly retried_at: Date | null
}

export interface ReadDeadLettersOptions {
  /** @default '0', the beginning */
  readonly afterId?: string
  /** @default 100 */
  readonly limit?: number
  /** @default all hosts */
  readonly host?: string
}

/** Dead letters that are not resolved, oldest first. */
export async function readDeadLetters(
  db: Kysely<Database>,
  { afterId = '0', limit = 100, host }: ReadDeadLettersOptions = {},
): Promise<readonly DeadLetter[]> {
  const rows = await db
    .selectFrom('dead_letters')
    .selectAll()
    .where('resolved_at', 'is', null)
    .where('id', '>', afterId)
    .$if(host !== undefined, (query) => query.where('host', '=', host as string))
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(({ resolved_at: _, accepted_at: __, ...row }) => ({
    ...row,
    event: row.event?.toString('utf8') ?? null,
    offset: row.offset === null ? null : Number(row.offset),
    length: row.length === null ? null : Number(row.length),
  }))
}
