import type { Database } from '@turnlog/database'
import type { Kysely } from 'kysely'
import { type Batch, toFileKey } from './batch.ts'
import { atStep } from './batch-step.ts'
import type { Committed } from './committed.ts'
import type { CursorStep } from './cursor-step.ts'
import { readIds } from './insert-events.ts'

/** What it means that a cursor was not where a batch expected it. */
export type CursorConflict =
  /** Every cursor is where the batch would have put it: an earlier attempt was committed, and its answer was lost. */
  | { readonly kind: 'committed'; readonly committed: Committed }
  /** The cursors of these files are somewhere else. */
  | { readonly kind: 'moved'; readonly files: ReadonlySet<string> }

/** Reads the cursors of a batch to distinguish "already committed" from "moved by another watcher". */
export async function resolveCursorConflict(db: Kysely<Database>, host: string, batch: Batch): Promise<CursorConflict> {
  const positions = await readPositions(db, host, batch.steps)
  if (batch.steps.every((step) => isAtEnd(step, positions.get(toFileKey(step))))) {
    const newIds = await readIds(
      db,
      batch.rows.map((row) => row.key),
    )
    return { kind: 'committed', committed: { newIds, oldIds: new Map(), refused: new Map() } }
  }
  const moved = batch.steps.filter((step) => !isAtStart(step, positions.get(toFileKey(step))))
  return { kind: 'moved', files: new Set(moved.map(toFileKey)) }
}

interface Position {
  readonly generation: number
  readonly offset: number
}

async function readPositions(
  db: Kysely<Database>,
  host: string,
  steps: readonly CursorStep[],
): Promise<ReadonlyMap<string, Position>> {
  const rows = await atStep(
    'cursors',
    db
      .selectFrom('cursors')
      .select(['device', 'inode', 'generation', 'committed_offset'])
      .where('host', '=', host)
      .where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple('device', 'inode'),
          'in',
          steps.map(({ device, inode }) => tuple(device, inode)),
        ),
      )
      .execute(),
  )
  return new Map(
    rows.map((row) => [toFileKey(row), { generation: row.generation, offset: Number(row.committed_offset) }]),
  )
}

function isAtEnd(step: CursorStep, position: Position | undefined): boolean {
  return position?.generation === step.generation && position.offset === step.committed_offset
}

function isAtStart(step: CursorStep, position: Position | undefined): boolean {
  if (position === undefined) return step.from_offset === 0
  if (position.generation < step.from_generation) return step.from_offset === 0
  return position.generation === step.from_generation && position.offset === step.from_offset
}
