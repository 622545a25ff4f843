import type { Database } from '@turnlog/database'
import { cleanText } from '@turnlog/schema'
import type { Insertable, Kysely } from 'kysely'
import type { Segment } from '../segment.ts'
import { atStep } from './batch-step.ts'

/** A row of `skipped_ranges` without its host. */
export type SkippedRangeRecord = Omit<Insertable<Database['skipped_ranges']>, 'host'>

/** The skipped ranges of a segment, with text that PostgreSQL can store. */
export function toSkippedRangeRecords({ cursor, skipped }: Segment): readonly SkippedRangeRecord[] {
  const { file, generation, path } = cursor
  return skipped.map(
    ({ offset, length, reason, detail = null }) =>
      cleanText({ device: file.device, inode: file.inode, generation, offset, length, path, reason, detail }).value,
  )
}

/** One statement takes at most 65,535 parameters. */
const MAX_ROWS = 5_000

/** Inserts skipped ranges; those that were recorded before are left as they are. */
export async function insertSkippedRanges(
  trx: Kysely<Database>,
  host: string,
  records: readonly SkippedRangeRecord[],
): Promise<void> {
  for (let at = 0; at < records.length; at += MAX_ROWS) {
    const rows = records.slice(at, at + MAX_ROWS).map((record) => ({ host, ...record }))
    const insert = trx.insertInto('skipped_ranges').values(rows)
    await atStep('skipped_ranges', insert.onConflict((conflict) => conflict.doNothing()).execute())
  }
}
