import type { Database } from '@turnlog/database'
import { cleanText } from '@turnlog/schema'
import type { Kysely } from 'kysely'
import type { Segment } from '../segment.ts'
import { atStep } from './batch-step.ts'
import { recordset } from './recordset.ts'

/** A row of `skipped_ranges` without its host. */
export interface SkippedRangeRecord {
  readonly device: string
  readonly inode: string
  readonly generation: number
  readonly offset: number
  readonly length: number
  readonly path: string
  readonly reason: string
  readonly detail: string | null
}

/** The skipped ranges of a segment, with text that PostgreSQL can store. */
export function toSkippedRangeRecords({ cursor, skipped }: Segment): readonly SkippedRangeRecord[] {
  const { file, generation, path } = cursor
  return skipped.map(
    ({ offset, length, reason, detail = null }) =>
      cleanText({ device: file.device, inode: file.inode, generation, offset, length, path, reason, detail }).value,
  )
}

/** Inserts skipped ranges; those that were recorded before are left as they are. */
export async function insertSkippedRanges(
  trx: Kysely<Database>,
  host: string,
  records: readonly SkippedRangeRecord[],
): Promise<void> {
  if (records.length === 0) return
  const skipped = recordset<'skipped', SkippedRangeRecord>('skipped', JSON.stringify(records), {
    device: 'text',
    inode: 'text',
    generation: 'integer',
    offset: 'bigint',
    length: 'bigint',
    path: 'text',
    reason: 'text',
    detail: 'text',
  })
  await atStep(
    'skipped_ranges',
    trx
      .insertInto('skipped_ranges')
      .columns(['device', 'inode', 'generation', 'offset', 'length', 'path', 'reason', 'detail', 'host'])
      .expression((eb) => eb.selectFrom(skipped).selectAll('skipped').select(eb.val(host).as('host')))
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  )
}
