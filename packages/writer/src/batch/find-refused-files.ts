import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import { canAccuseRow } from '../delivery/classify-error.ts'
import { type Batch, toFileKey } from './batch.ts'
import { causeOf } from './batch-step.ts'
import { inUndoneTransaction, underSavepoint } from './batch-transaction.ts'
import type { CursorStep } from './cursor-step.ts'
import { insertSkippedRanges } from './insert-skipped-ranges.ts'
import { moveCursors } from './move-cursors.ts'
import { probeCursor } from './probe-insert.ts'
import { requireLease } from './require-lease.ts'
import type { Scope } from './write-batch.ts'

/**
 * Finds the files of a batch whose cursor or skipped ranges the database refuses: tries each file alone, and undoes all
 * of it.
 *
 * @returns the errors, by file
 * @throws {ProbeFailedError} if the database refuses the cursor of no file as well: then no file is to blame
 */
export function findRefusedFiles(
  db: Kysely<Database>,
  { host, fence }: Scope,
  batch: Batch,
): Promise<ReadonlyMap<string, Error>> {
  return inUndoneTransaction(db, async (trx) => {
    await requireLease(trx, fence)
    const refused = new Map<string, Error>()
    for (const step of batch.steps) {
      const error = await errorOf(underSavepoint(trx, (inner) => writeStep(inner, host, batch, step)))
      if (error === null) continue
      await probeCursor(trx, host, step)
      refused.set(toFileKey(step), error)
    }
    return refused
  })
}

async function writeStep(trx: Kysely<Database>, host: string, batch: Batch, step: CursorStep): Promise<void> {
  await moveCursors(trx, host, [step])
  const key = toFileKey(step)
  await insertSkippedRanges(
    trx,
    host,
    batch.skipped.filter((record) => toFileKey(record) === key),
  )
}

async function errorOf(statement: Promise<void>): Promise<Error | null> {
  try {
    await statement
    return null
  } catch (thrown) {
    const error = causeOf(thrown)
    if (!canAccuseRow(error)) throw thrown
    return error
  }
}
