import type { Agent } from '@turnlog/schema'
import type { Kysely, Selectable } from 'kysely'
import type { Database, JsonObject } from '../tables.ts'

/** How far one file has been read, as of the last commit. */
export interface StoredCursor {
  readonly agent: Agent
  readonly path: string
  readonly transcript: string
  readonly file: { readonly device: string; readonly inode: string; readonly birthTimeNs: string }
  readonly generation: number
  readonly offset: number
  readonly marker: { readonly hash: string; readonly length: number }
  readonly state: JsonObject
  readonly size: number
  readonly mtimeNs: string
  /** Bytes of this generation that were delivered, and those with nothing to deliver, by reason. */
  readonly tally: { readonly delivered: number; readonly skipped: Readonly<Record<string, number>> }
  readonly unknownTypes: Readonly<Record<string, number>>
}

/** Few enough that the answer is small, many enough that the questions cost nothing. */
const CURSORS_A_PAGE = 1_000

/** All cursors of a host, newest first. To be read only while holding the host's lease: another owner moves them. */
export async function readCursors(db: Kysely<Database>, host: string): Promise<readonly StoredCursor[]> {
  const rows = await selectCursors(db, host).orderBy('updated_at', 'desc').execute()
  return rows.map(toStoredCursor)
}

/**
 * The same a thousand at a time, in no order that matters: the answer of a database with tens of thousands takes more
 * memory than the cursors, and the process keeps it.
 */
export async function* readCursorPages(db: Kysely<Database>, host: string): AsyncGenerator<readonly StoredCursor[]> {
  for (let last: CursorRow | undefined; ; ) {
    const page = selectCursors(db, host).orderBy('device').orderBy('inode').limit(CURSORS_A_PAGE)
    const rows: readonly CursorRow[] = await (last === undefined ? page : after(page, last)).execute()
    yield rows.map(toStoredCursor)
    last = rows.at(-1)
    if (rows.length < CURSORS_A_PAGE) return
  }
}

type CursorRow = Selectable<Database['cursors']>
type CursorQuery = ReturnType<typeof selectCursors>

function selectCursors(db: Kysely<Database>, host: string) {
  return db.selectFrom('cursors').selectAll().where('host', '=', host)
}

function after(query: CursorQuery, { device, inode }: CursorRow): CursorQuery {
  return query.where(({ eb, refTuple, tuple }) => eb(refTuple('device', 'inode'), '>', tuple(device, inode)))
}

function toStoredCursor(row: CursorRow): StoredCursor {
  return {
    agent: row.agent,
    path: row.path,
    transcript: row.transcript,
    file: { device: row.device, inode: row.inode, birthTimeNs: row.birth_time_ns },
    generation: row.generation,
    offset: Number(row.committed_offset),
    marker: { hash: row.marker_hash, length: row.marker_length },
    state: row.state,
    size: Number(row.size),
    mtimeNs: row.mtime_ns,
    tally: { delivered: Number(row.delivered_bytes), skipped: row.skipped_bytes },
    unknownTypes: row.unknown_types,
  }
}
