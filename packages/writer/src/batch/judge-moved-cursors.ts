import type { Database } from '@turnlog/database'
import { type Kysely, sql } from 'kysely'
import { type Batch, toFileKey } from './batch.ts'
import { type Committed, type IdRange, toIdRange } from './committed.ts'
import type { CursorStep } from './cursor-step.ts'
import type { Scope } from './write-batch.ts'

/** What it means that a cursor was not where a batch expected it. */
export type CursorVerdict =
  /** Every cursor is where the batch would have put it: an earlier try was committed, and only its answer was lost. */
  | { readonly kind: 'committed'; readonly committed: Committed }
  /** These files' cursors are somewhere else. */
  | { readonly kind: 'moved'; readonly files: ReadonlySet<string> }

/** Reads the cursors of a batch to tell "already done" from "no longer ours". */
export async function judgeMovedCursors(db: Kysely<Database>, scope: Scope, batch: Batch): Promise<CursorVerdict> {
  const cursors = await readPositions(db, scope.host, batch.steps)
  const missed = batch.steps.filter((step) => {
    const cursor = cursors.get(toFileKey(step))
    return cursor === undefined || cursor.generation !== step.generation || cursor.offset !== step.committed_offset
  })
  if (missed.length === 0) return { kind: 'committed', committed: await recallCommitted(db, batch) }
  return { kind: 'moved', files: findStrangers(batch.steps, cursors) }
}

type Positions = ReadonlyMap<string, { readonly generation: number; readonly offset: number }>

async function readPositions(db: Kysely<Database>, host: string, steps: readonly CursorStep[]): Promise<Positions> {
  const files = JSON.stringify(steps.map(({ device, inode }) => ({ device, inode })))
  const { rows } = await sql<{ device: string; inode: string; generation: number; committed_offset: string }>`
    select device, inode, generation, committed_offset from cursors
    where host = ${host} and (device, inode) in (
      select device, inode from jsonb_to_recordset(${files}::jsonb) as file(device text, inode text))`.execute(db)
  return new Map(
    rows.map((row) => [toFileKey(row), { generation: row.generation, offset: Number(row.committed_offset) }]),
  )
}

/** The files whose cursor is not where their step begins: those that made the batch fail. */
function findStrangers(steps: readonly CursorStep[], cursors: Positions): ReadonlySet<string> {
  const strangers = steps.filter((step) => {
    const cursor = cursors.get(toFileKey(step))
    if (cursor === undefined) return step.from_offset !== 0
    if (cursor.generation < step.from_generation && step.from_offset === 0) return false
    return cursor.generation !== step.from_generation || cursor.offset !== step.from_offset
  })
  return new Set(strangers.map(toFileKey))
}

async function recallCommitted(db: Kysely<Database>, batch: Batch): Promise<Committed> {
  const newIds = await readIds(db, batch.wanted)
  const ids = await readIdRange(
    db,
    batch.rows.map((row) => row.key),
  )
  return { inserted: batch.rows.length, ids, newIds, oldIds: new Map(), refused: new Map() }
}

async function readIdRange(db: Kysely<Database>, keys: readonly string[]): Promise<IdRange | null> {
  const { rows } = await sql<{ first_id: string | null; last_id: string | null }>`
    select min(id)::text as first_id, max(id)::text as last_id from events
    where event_key = any (${keys}::uuid[])`.execute(db)
  return rows[0] === undefined ? null : toIdRange(rows[0])
}

/** The ids of the events with these keys. */
export async function readIds(db: Kysely<Database>, keys: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (keys.length === 0) return new Map()
  const { rows } = await sql<{ event_key: string; id: string }>`
    select event_key, id::text as id from events where event_key = any (${keys}::uuid[])`.execute(db)
  return new Map(rows.map((row) => [row.event_key, row.id]))
}
