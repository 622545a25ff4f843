import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import type { WriterReport } from '../report.ts'
import type { Batch } from './batch.ts'
import { type BatchTransaction, inBatchTransaction } from './batch-transaction.ts'
import type { Committed } from './committed.ts'
import { insertDeadLetters } from './insert-dead-letters.ts'
import { insertEvents, readIds } from './insert-events.ts'
import { insertSkippedRanges } from './insert-skipped-ranges.ts'
import { moveCursors } from './move-cursors.ts'
import { type Fence, requireLease } from './require-lease.ts'

/** Whose cursors move, and with what right. Without a fence, only the cursors themselves are checked. */
export interface Scope {
  readonly host: string
  readonly fence: Fence | null
}

/** Writes a whole batch in one transaction. Throws, and has written nothing, if any of it is refused. */
export function writeBatch(
  db: Kysely<Database>,
  scope: Scope,
  batch: Batch,
  report: Pick<WriterReport, 'reached'>,
): Promise<Committed> {
  report.reached?.('before_statement')
  return inBatchTransaction(
    db,
    async (trx) => {
      await writeFileParts(trx, scope, batch)
      const newIds = await insertEvents(trx, scope.host, batch.rows)
      return { newIds, oldIds: await readOldIds(trx, batch, newIds), refused: new Map() }
    },
    report,
  )
}

/** The part of a batch that belongs to files: the fence, the cursors and what goes with them. */
export async function writeFileParts(trx: BatchTransaction, { host, fence }: Scope, batch: Batch): Promise<void> {
  // Only cursors need the lease: an event without a file is safe by its identity alone.
  await requireLease(trx, batch.steps.length === 0 ? null : fence)
  await moveCursors(trx, host, batch.steps)
  await insertSkippedRanges(trx, host, batch.skipped)
  await insertDeadLetters(trx, host, batch.invalid)
}

/** The ids of wanted rows that were in the log before. */
export function readOldIds(
  trx: Kysely<Database>,
  batch: Batch,
  newIds: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, string>> {
  return readIds(
    trx,
    batch.wanted.filter((key) => !newIds.has(key)),
  )
}
