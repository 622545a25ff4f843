import type { Database } from '@turnlog/database'
import {
  type Expression,
  type ExpressionBuilder,
  type Insertable,
  type Kysely,
  type Selectable,
  type SqlBool,
  sql,
} from 'kysely'
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
  if (steps.length === 0) return
  const moved = new Set((await updateCursors(trx, host, steps)).map(toFileKey))
  const others = steps.filter((step) => !moved.has(toFileKey(step)))
  const inserted = await insertCursors(
    trx,
    host,
    others.filter((step) => step.from_offset === 0),
  )
  if (inserted.length < others.length) throw new CursorMovedError()
}

type FileRef = { readonly device: string; readonly inode: string }

function updateCursors(trx: Kysely<Database>, host: string, steps: readonly CursorStep[]): Promise<readonly FileRef[]> {
  return atStep(
    'cursors',
    trx
      .updateTable('cursors')
      .from(toRecordset(steps))
      .set(({ ref, eb }) => ({
        birth_time_ns: ref('step.birth_time_ns'),
        path: ref('step.path'),
        agent: ref('step.agent'),
        transcript: ref('step.transcript'),
        generation: ref('step.generation'),
        generation_reason: eb.fn.coalesce('step.generation_reason', 'cursors.generation_reason'),
        committed_offset: ref('step.committed_offset'),
        marker_hash: ref('step.marker_hash'),
        marker_length: ref('step.marker_length'),
        state: ref('step.state'),
        size: ref('step.size'),
        mtime_ns: ref('step.mtime_ns'),
        delivered_bytes: eb
          .case()
          .when('step.generation', '=', ref('cursors.generation'))
          .then(eb('cursors.delivered_bytes', '+', ref('step.delivered_bytes')))
          .else(ref('step.delivered_bytes'))
          .end(),
        skipped_bytes: eb
          .case()
          .when('step.generation', '=', ref('cursors.generation'))
          .then(addCounts(ref('cursors.skipped_bytes'), ref('step.skipped_bytes')))
          .else(ref('step.skipped_bytes'))
          .end(),
        unknown_types: addCounts(ref('cursors.unknown_types'), ref('step.unknown_types')),
        updated_at: sql<Date>`now()`,
      }))
      .where('cursors.host', '=', host)
      .whereRef('cursors.device', '=', 'step.device')
      .whereRef('cursors.inode', '=', 'step.inode')
      .where(isWhereTheStepStarts)
      .returning(['cursors.device', 'cursors.inode'])
      .execute(),
  )
}

function isWhereTheStepStarts({
  eb,
  and,
  or,
  ref,
}: ExpressionBuilder<Database & { step: StepRecord }, 'cursors' | 'step'>): Expression<SqlBool> {
  return or([
    and([
      eb('cursors.generation', '=', ref('step.from_generation')),
      eb('cursors.committed_offset', '=', ref('step.from_offset')),
    ]),
    and([eb('cursors.generation', '<', ref('step.from_generation')), eb('step.from_offset', '=', '0')]),
  ])
}

async function insertCursors(
  trx: Kysely<Database>,
  host: string,
  steps: readonly CursorStep[],
): Promise<readonly FileRef[]> {
  if (steps.length === 0) return []
  return atStep(
    'cursors',
    trx
      .insertInto('cursors')
      .columns([...INSERTED, 'host'])
      .expression((eb) => eb.selectFrom(toRecordset(steps)).select([...INSERTED, eb.val(host).as('host')]))
      .onConflict((conflict) => conflict.doNothing())
      .returning(['device', 'inode'])
      .execute(),
  )
}

/** The columns that a cursor starts with. */
const INSERTED = [
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
] as const

type Cursors = Database['cursors']
type JsonColumn = 'state' | 'skipped_bytes' | 'unknown_types'

/** A step as a row: the columns of its cursor, and where the cursor must be. */
type StepRecord = Pick<Selectable<Cursors>, Exclude<(typeof INSERTED)[number], JsonColumn>> &
  Required<Pick<Insertable<Cursors>, JsonColumn>> & {
    readonly from_generation: number
    readonly from_offset: string
  }

function toRecordset(steps: readonly CursorStep[]) {
  return recordset<'step', StepRecord>('step', JSON.stringify(steps), {
    device: 'text',
    inode: 'text',
    birth_time_ns: 'text',
    path: 'text',
    agent: 'text',
    transcript: 'text',
    from_generation: 'integer',
    from_offset: 'bigint',
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

/** Adds two objects of counts, key by key, by a function of the schema. */
function addCounts(a: Expression<unknown>, b: Expression<unknown>) {
  return sql<string>`turnlog_add_counts(${a}, ${b})`
}
