import type { Database } from '@turnlog/database'
import { CompiledQuery, type Kysely } from 'kysely'
import { crashPoint, crashPointAfterSend } from '../crash-point.ts'
import { toDeadLetterRecord } from '../dead-letter.ts'
import type { EventRow } from '../event-row.ts'
import type { Batch } from './batch.ts'
import { type Committed, toIdRange } from './committed.ts'
import type { PlanEra } from './plan-era.ts'
import { type InsertedRow, WRITE_BATCH, writeSegments } from './statements.ts'

/** Whose cursors move, and with what right. */
export interface Scope {
  readonly host: string
  readonly epoch: string | null
}

/** Writes a whole batch in one statement. Throws, and has written nothing, if any of it is refused. */
export async function writeBatch(db: Kysely<Database>, scope: Scope, batch: Batch, era: PlanEra): Promise<Committed> {
  crashPoint('before_statement')
  const parameters = [...toCursorParameters(scope, batch), toJson(batch.rows)]
  const query =
    batch.wanted.length === 0
      ? CompiledQuery.raw(writeSegments(era.current), parameters)
      : CompiledQuery.raw(WRITE_BATCH, [...parameters, toArray(batch.wanted)])
  const answer = db.executeQuery(query as CompiledQuery<InsertedRow>)
  crashPointAfterSend('statement_sent')
  const { rows } = await answer
  crashPoint('after_commit')
  era.count(batch.steps)
  const row = rows[0] as InsertedRow
  return {
    inserted: row.inserted,
    ids: toIdRange(row),
    newIds: toMap(row.new_ids),
    oldIds: toMap(row.old_ids),
    refused: new Map(),
  }
}

/** The parameters that are the same on the main and on the careful path. */
export function toCursorParameters(scope: Scope, batch: Batch): readonly unknown[] {
  return [
    scope.host,
    // Only cursors need the lease: an event without a file is safe by its identity alone.
    batch.steps.length === 0 ? null : scope.epoch,
    JSON.stringify(batch.steps),
    JSON.stringify(batch.skipped),
    JSON.stringify(batch.invalid.map(toDeadLetterRecord)),
  ]
}

/** Rows as one JSON array. They were serialized when they came; here they are only put in a row. */
export function toJson(rows: readonly EventRow[]): string {
  return `[${rows.map((row) => row.json).join(',')}]`
}

/** Keys as the text of a Postgres array; a UUID needs no quotes. */
export function toArray(keys: readonly string[]): string {
  return `{${keys.join(',')}}`
}

export function toMap(ids: Readonly<Record<string, string>> | null): ReadonlyMap<string, string> {
  return new Map(Object.entries(ids ?? {}))
}
