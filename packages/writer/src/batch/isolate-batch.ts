import type { Database } from '@turnlog/database'
import { CompiledQuery, type Kysely } from 'kysely'
import { classifyError, sqlStateOf, toError } from '../classify-error.ts'
import { crashPoint } from '../crash-point.ts'
import { type NewDeadLetter, rowToDeadLetter, toDeadLetterRecord } from '../dead-letter.ts'
import type { Batch } from './batch.ts'
import { type Committed, joinIdRanges, toIdRange } from './committed.ts'
import { INSERT_DEAD_LETTERS, INSERT_EVENTS, type InsertedRow, MOVE_CURSORS } from './statements.ts'
import { halve, type Range, type Suspects } from './suspects.ts'
import { type Scope, toArray, toCursorParameters, toJson, toMap } from './write-batch.ts'

/**
 * Writes a batch in one transaction around the rows that the database refuses: a stretch that fails is rolled back to
 * its savepoint and cut in two, down to the single row, which becomes a dead letter. Each bad row so costs O(log n)
 * statements and nothing of its neighbours, and the cursors move past it with the same commit.
 */
export async function isolateBatch(
  db: Kysely<Database>,
  scope: Scope,
  batch: Batch,
  suspects: Suspects,
): Promise<Committed> {
  let first: unknown
  try {
    return await db.transaction().execute(async (transaction) => {
      try {
        return await isolateIn(transaction, scope, batch, suspects)
      } catch (error) {
        first = error
        throw error
      }
    })
  } catch (error) {
    // On a lost connection the rollback fails as well; what it says hides what happened.
    throw first ?? error
  }
}

interface Isolation {
  readonly transaction: Kysely<Database>
  readonly scope: Scope
  readonly batch: Batch
  readonly suspects: Suspects
  readonly found: InsertedRow[]
  readonly refused: NewDeadLetter[]
}

async function isolateIn(
  transaction: Kysely<Database>,
  scope: Scope,
  batch: Batch,
  suspects: Suspects,
): Promise<Committed> {
  const isolation: Isolation = { transaction, scope, batch, suspects, found: [], refused: [] }
  await run(transaction, MOVE_CURSORS, toCursorParameters(scope, batch))
  if (batch.rows.length > 0) await writeRange(isolation, { from: 0, to: batch.rows.length })
  await bury(isolation)
  return toCommitted(isolation)
}

async function writeRange(isolation: Isolation, range: Range): Promise<void> {
  const verdict = isolation.suspects.verdict(range)
  if (verdict === 'give_up') return refuse(isolation, range, null, 'retries_exhausted')
  if (verdict === 'split') return writeHalves(isolation, range)

  const fault = await tryRange(isolation, range)
  if (fault === null) return
  if (range.to - range.from > 1) return writeHalves(isolation, range)
  refuse(isolation, range, sqlStateOf(fault), fault.message)
}

async function writeHalves(isolation: Isolation, range: Range): Promise<void> {
  for (const half of halve(range)) await writeRange(isolation, half)
}

/** Answers with the error if the rows are at fault; any other error ends the transaction. */
async function tryRange(isolation: Isolation, range: Range): Promise<Error | null> {
  const { transaction, scope, batch, suspects } = isolation
  const rows = batch.rows.slice(range.from, range.to)
  try {
    await run(transaction, 'savepoint stretch')
    isolation.found.push(await insert(transaction, scope, rows, batch))
    await run(transaction, 'release savepoint stretch')
    return null
  } catch (error) {
    const fault = classifyError(error)
    if (fault === 'statement' || fault === 'connection') suspects.accuse(range)
    if (fault !== 'row') throw error
    await run(transaction, 'rollback to savepoint stretch')
    return toError(error)
  }
}

async function insert(
  transaction: Kysely<Database>,
  scope: Scope,
  rows: Batch['rows'],
  batch: Batch,
): Promise<InsertedRow> {
  const answer = await run(transaction, INSERT_EVENTS, [scope.host, toJson(rows), toArray(batch.wanted)])
  return answer[0] as InsertedRow
}

function refuse(isolation: Isolation, range: Range, sqlstate: string | null, reason: string): void {
  for (const row of isolation.batch.rows.slice(range.from, range.to)) {
    isolation.refused.push(rowToDeadLetter(row, sqlstate, reason))
  }
}

/** One statement for each: a dead letter may be large, and a batch may hold many. */
async function bury({ transaction, scope, refused }: Isolation): Promise<void> {
  for (const letter of refused) {
    crashPoint('before_dead_letter')
    await run(transaction, INSERT_DEAD_LETTERS, [scope.host, JSON.stringify([toDeadLetterRecord(letter)])])
  }
}

function toCommitted({ found, refused }: Isolation): Committed {
  const newIds = new Map(found.flatMap((row) => [...toMap(row.new_ids)]))
  // A later stretch sees the rows of an earlier one: those are new nevertheless.
  const oldIds = new Map(found.flatMap((row) => [...toMap(row.old_ids)]).filter(([key]) => !newIds.has(key)))
  return {
    inserted: found.reduce((total, row) => total + row.inserted, 0),
    ids: found.map(toIdRange).reduce(joinIdRanges, null),
    newIds,
    oldIds,
    refused: new Map(refused.map((letter) => [letter.key, letter])),
  }
}

async function run(
  db: Kysely<Database>,
  text: string,
  parameters: readonly unknown[] = [],
): Promise<readonly unknown[]> {
  const { rows } = await db.executeQuery(CompiledQuery.raw(text, [...parameters]))
  return rows
}
