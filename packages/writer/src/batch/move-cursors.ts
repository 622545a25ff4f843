import type { Database } from '@turnlog/database'
import { type Expression, type ExpressionBuilder, type Insertable, type Kysely, type SqlBool, sql } from 'kysely'
import { toFileKey } from './batch.ts'
import { atStep, CursorMovedError } from './batch-step.ts'
import type { CursorStep } from './cursor-step.ts'

/**
 * Moves the cursors of a batch, each only if it is still where the step starts: a cursor at the step's offset, or a new
 * generation that starts at 0, or a file without a cursor that starts at 0.
 *
 * @throws {CursorMovedError} if any of them is elsewhere
 */
export async function moveCursors(trx: Kysely<Database>, host: string, steps: readonly CursorStep[]): Promise<void> {
  const fromTheStart = steps.filter((step) => step.from_offset === 0)
  const created = await createCursors(trx, host, fromTheStart)
  for (const step of steps) if (!created.has(toFileKey(step))) await moveCursor(trx, host, step)
}

/**
 * Creates the cursors of files that are read for the first time: all of them by one statement, because the import of a
 * history has many small files in one batch.
 *
 * @returns the files that had no cursor
 */
async function createCursors(
  trx: Kysely<Database>,
  host: string,
  steps: readonly CursorStep[],
): Promise<ReadonlySet<string>> {
  if (steps.length === 0) return new Set()
  const created = await atStep(
    'cursors',
    trx
      .insertInto('cursors')
      .values(steps.map((step) => ({ host, device: step.device, inode: step.inode, ...toColumns(step) })))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['device', 'inode'])
      .execute(),
  )
  return new Set(created.map(toFileKey))
}

async function moveCursor(trx: Kysely<Database>, host: string, step: CursorStep): Promise<void> {
  const { numUpdatedRows } = await atStep(
    'cursors',
    trx
      .updateTable('cursors')
      .set((eb) => {
        const columns = toColumns(step)
        const ifSameGeneration = eb.case().when('generation', '=', step.generation)
        return {
          ...columns,
          // Only the first step of a generation gives its reason.
          generation_reason: step.generation_reason ?? eb.ref('generation_reason'),
          delivered_bytes: ifSameGeneration
            .then(eb('delivered_bytes', '+', String(step.delivered_bytes)))
            .else(columns.delivered_bytes)
            .end(),
          skipped_bytes: ifSameGeneration
            .then(addCounts('skipped_bytes', step.skipped_bytes))
            .else(columns.skipped_bytes)
            .end(),
          unknown_types: addCounts('unknown_types', step.unknown_types),
          updated_at: sql<Date>`now()`,
        }
      })
      .where('host', '=', host)
      .where('device', '=', step.device)
      .where('inode', '=', step.inode)
      .where((eb) => isWhereItStarts(eb, step))
      .executeTakeFirstOrThrow(),
  )
  if (numUpdatedRows === 0n) throw new CursorMovedError()
}

/** The columns of a cursor that stands at the end of a step. */
function toColumns(step: CursorStep) {
  const { device: _, inode: __, from_generation: ___, from_offset: ____, ...columns } = step
  return {
    ...columns,
    state: JSON.stringify(step.state),
    skipped_bytes: JSON.stringify(step.skipped_bytes),
    unknown_types: JSON.stringify(step.unknown_types),
  } satisfies Partial<Insertable<Database['cursors']>>
}

function isWhereItStarts(
  { eb, and, or }: ExpressionBuilder<Database, 'cursors'>,
  { from_generation, from_offset }: CursorStep,
): Expression<SqlBool> {
  const isAtOffset = and([eb('generation', '=', from_generation), eb('committed_offset', '=', String(from_offset))])
  return from_offset === 0 ? or([isAtOffset, eb('generation', '<', from_generation)]) : isAtOffset
}

type CountColumn = 'skipped_bytes' | 'unknown_types'

/**
 * The stored counts and those of a step, added key by key. The server plans the function that adds them each time, so it
 * is only called if there is something to add.
 */
function addCounts<Column extends CountColumn>(column: Column, counts: CursorStep[Column]) {
  const stored = sql.ref<string>(column)
  return Object.keys(counts).length === 0
    ? stored
    : sql<string>`turnlog_add_counts(${stored}, ${JSON.stringify(counts)})`
}
