import type { Database } from '@turnlog/database'
import { type Expression, type ExpressionBuilder, type Insertable, type Kysely, type SqlBool, sql } from 'kysely'
import { toFileKey } from './batch.ts'
import { atStep, CursorMovedError } from './batch-step.ts'
import type { CursorStep } from './cursor-step.ts'
import { recordset } from './recordset.ts'

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
      .columns([...COLUMNS, 'host'])
      .expression((eb) => eb.selectFrom(toRecordset(steps)).select([...COLUMNS, eb.val(host).as('host')]))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['device', 'inode'])
      .execute(),
  )
  return new Set(created.map(toFileKey))
}

async function moveCursor(trx: Kysely<Database>, host: string, step: CursorStep): Promise<void> {
  const { generation, generation_reason, delivered_bytes, skipped_bytes, unknown_types } = step
  const { numUpdatedRows } = await atStep(
    'cursors',
    trx
      .updateTable('cursors')
      .set((eb) => {
        const ifSameGeneration = eb.case().when('generation', '=', generation)
        return {
          birth_time_ns: step.birth_time_ns,
          path: step.path,
          agent: step.agent,
          transcript: step.transcript,
          generation,
          committed_offset: step.committed_offset,
          marker_hash: step.marker_hash,
          marker_length: step.marker_length,
          state: JSON.stringify(step.state),
          size: step.size,
          mtime_ns: step.mtime_ns,
          delivered_bytes: ifSameGeneration
            .then(eb('delivered_bytes', '+', String(delivered_bytes)))
            .else(delivered_bytes)
            .end(),
          skipped_bytes: ifSameGeneration
            .then(addCounts('skipped_bytes', skipped_bytes))
            .else(json(skipped_bytes))
            .end(),
          unknown_types: addCounts('unknown_types', unknown_types),
          updated_at: sql<Date>`now()`,
          // Only the first step of a generation gives its reason.
          ...(generation_reason !== null && { generation_reason }),
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
  return Object.keys(counts).length === 0 ? stored : sql<string>`turnlog_add_counts(${stored}, ${json(counts)})`
}

function json(value: object) {
  return sql<string>`${JSON.stringify(value)}::jsonb`
}

/** The columns that a cursor starts with. */
const COLUMNS = [
  'device',
  'inode',
  'birth_time_ns',
  'path',
  'agent',
  'transcript',
  'generation',
  'generation_reason',
  'committed_offset',
  'marker_hash',
  'marker_length',
  'state',
  'size',
  'mtime_ns',
  'delivered_bytes',
  'skipped_bytes',
  'unknown_types',
] as const satisfies readonly (keyof CursorStep)[]

/** A step as a row: the columns of the cursor that it creates. */
type NewCursor = Required<Pick<Insertable<Database['cursors']>, (typeof COLUMNS)[number]>>

function toRecordset(steps: readonly CursorStep[]) {
  return recordset<'step', NewCursor>('step', JSON.stringify(steps), {
    device: 'text',
    inode: 'text',
    birth_time_ns: 'text',
    path: 'text',
    agent: 'text',
    transcript: 'text',
    generation: 'integer',
    generation_reason: 'text',
    committed_offset: 'bigint',
    marker_hash: 'text',
    marker_length: 'integer',
    state: 'jsonb',
    size: 'bigint',
    mtime_ns: 'text',
    delivered_bytes: 'bigint',
    skipped_bytes: 'jsonb',
    unknown_types: 'jsonb',
  })
}
