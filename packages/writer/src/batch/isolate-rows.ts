import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import { canAccuseRow, sqlStateOf } from '../delivery/classify-error.ts'
import type { EventRow } from '../intake/event-row.ts'
import type { NewDeadLetter } from '../intake/new-dead-letter.ts'
import type { WriterReport } from '../report.ts'
import type { Batch } from './batch.ts'
import { causeOf } from './batch-step.ts'
import {
  type BatchTransaction,
  checkConstraintsImmediately,
  inBatchTransaction,
  underSavepoint,
} from './batch-transaction.ts'
import type { Committed } from './committed.ts'
import { insertDeadLetters } from './insert-dead-letters.ts'
import { insertEvents } from './insert-events.ts'
import { probeInsert, toProbeTemplate } from './probe-insert.ts'
import { readOldIds, type Scope, writeFileParts } from './write-batch.ts'

/** How the batch failed as a whole. */
export interface WholeFailure {
  readonly error: Error
  readonly attempts: number
}

/**
 * Writes a batch that failed as a whole, in one transaction, around the rows that the database refuses: rows that fail
 * together are inserted in halves, each under a savepoint, down to a row that is alone. It gets one attempt; then it
 * becomes a dead letter. So one bad row costs O(log n) statements and nothing of its neighbours.
 *
 * @throws {ProbeFailedError} if the database refuses a harmless row as well: then no row is to blame, and nothing is
 * written
 */
export function isolateRows(
  db: Kysely<Database>,
  scope: Scope,
  batch: Batch,
  failure: WholeFailure,
  report: Pick<WriterReport, 'reached'>,
): Promise<Committed> {
  return inBatchTransaction(
    db,
    async (trx) => {
      await writeFileParts(trx, scope, batch)
      await checkConstraintsImmediately(trx)
      const isolation = new RowIsolation(trx, scope.host)
      await isolation.split(batch.rows, failure)
      const { newIds, refused } = isolation
      if (refused.size > 0) report.reached?.('before_dead_letter')
      await insertDeadLetters(trx, scope.host, [...refused.values()])
      return { newIds, oldIds: await readOldIds(trx, batch, newIds), refused }
    },
    report,
  )
}

class RowIsolation {
  readonly newIds = new Map<string, string>()
  readonly refused = new Map<string, NewDeadLetter>()
  readonly #trx: BatchTransaction
  readonly #host: string
  /** The largest harmless row that was inserted so far, by type. */
  readonly #probed = new Map<string, number>()

  constructor(trx: BatchTransaction, host: string) {
    this.#trx = trx
    this.#host = host
  }

  /** Inserts the rows of a range that failed. */
  async split(rows: readonly EventRow[], failure: WholeFailure): Promise<void> {
    const [first] = rows
    if (first === undefined) return
    // Before the halves, too: if nothing can be inserted at all, it is not necessary to try each of them.
    await this.#probe(first)
    if (rows.length === 1) return this.#refuse(first, failure)
    const middle = Math.floor(rows.length / 2)
    await this.#insert(rows.slice(0, middle), failure.attempts + 1)
    await this.#insert(rows.slice(middle), failure.attempts + 1)
  }

  async #insert(rows: readonly EventRow[], attempts: number): Promise<void> {
    try {
      const ids = await underSavepoint(this.#trx, (inner) => insertEvents(inner, this.#host, rows))
      for (const [key, id] of ids) this.newIds.set(key, id)
    } catch (thrown) {
      const error = causeOf(thrown)
      if (!canAccuseRow(error)) throw thrown
      await this.split(rows, { error, attempts })
    }
  }

  async #probe(row: EventRow): Promise<void> {
    const template = toProbeTemplate(row)
    if ((this.#probed.get(template.type) ?? -1) >= template.size) return
    await probeInsert(this.#trx, this.#host, template)
    this.#probed.set(template.type, template.size)
  }

  #refuse(row: EventRow, { error, attempts }: WholeFailure): void {
    this.refused.set(row.key, { ...row, sqlstate: sqlStateOf(error), reason: error.message, attempts })
  }
}
