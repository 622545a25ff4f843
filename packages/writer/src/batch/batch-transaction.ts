import type { Database } from '@turnlog/database'
import { type ControlledTransaction, type Kysely, sql } from 'kysely'
import type { WriterReport } from '../report.ts'
import { atStep } from './batch-step.ts'

/** The transaction of one batch, without savepoints so far. */
export type BatchTransaction = ControlledTransaction<Database>

/**
 * Limits of every batch transaction, in milliseconds. A process that is stopped in the middle of one (e.g. by SIGSTOP)
 * holds its locks no longer than the first; a lock of another session is waited for no longer than the second, so that
 * an outage is noticed soon.
 */
const LIMITS_MS = { idle_in_transaction_session_timeout: 5_000, lock_timeout: 2_000 } as const

/** Runs the statements of a batch in one transaction: all of it is committed, or nothing. */
export async function inBatchTransaction<Result>(
  db: Kysely<Database>,
  work: (trx: BatchTransaction) => Promise<Result>,
  report: Pick<WriterReport, 'reached'> = {},
): Promise<Result> {
  const trx = await atStep('begin', db.startTransaction().execute())
  try {
    const result = await work(trx)
    const commit = atStep('commit', trx.commit().execute())
    report.reached?.('statement_sent')
    await commit
    report.reached?.('after_commit')
    return result
  } catch (error) {
    // If the connection is gone, the rollback fails as well; the first error is the one that matters.
    await trx
      .rollback()
      .execute()
      .catch(() => {})
    throw error
  }
}

/** Runs statements of a batch that may fail: a failure undoes only them, and the transaction can continue. */
export async function underSavepoint<Result>(
  trx: BatchTransaction,
  work: (trx: Kysely<Database>) => Promise<Result>,
): Promise<Result> {
  const inner = await trx.savepoint('part').execute()
  try {
    const result = await work(inner)
    await inner.releaseSavepoint('part').execute()
    return result
  } catch (error) {
    // As above: without a connection the next statement fails, too.
    await inner
      .rollbackToSavepoint('part')
      .execute()
      .catch(() => {})
    throw error
  }
}

/** Runs statements in a transaction of their own and rolls it back. */
export async function inUndoneTransaction<Result>(
  db: Kysely<Database>,
  work: (trx: BatchTransaction) => Promise<Result>,
): Promise<Result> {
  const trx = await atStep('begin', db.startTransaction().execute())
  try {
    return await work(trx)
  } finally {
    await trx
      .rollback()
      .execute()
      .catch(() => {})
  }
}

/** Runs statements of a batch and undoes them, whether they fail or not. */
export async function undone(trx: BatchTransaction, work: (trx: Kysely<Database>) => Promise<unknown>): Promise<void> {
  const inner = await trx.savepoint('part').execute()
  try {
    await work(inner)
  } finally {
    await inner
      .rollbackToSavepoint('part')
      .execute()
      .catch(() => {})
  }
}

/** The limits as expressions of a select. They end with the transaction, so they work behind every connection pooler. */
export function limitsOfTransaction() {
  return Object.entries(LIMITS_MS).map(([name, ms]) => sql<string>`set_config(${name}, ${`${ms}ms`}, true)`.as(name))
}

/** Makes deferred constraints and triggers fail at the statement that violates them instead of at the commit. */
export async function checkConstraintsImmediately(trx: Kysely<Database>): Promise<void> {
  await atStep('begin', sql`set constraints all immediate`.execute(trx))
}
