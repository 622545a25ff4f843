import type { Agent } from '@turnlog/schema'
import type { Kysely } from 'kysely'
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

/** All cursors of a host, newest first. To be read only while holding the host's lease: another owner moves them. */
export async function readCursors(db: Kysely<Database>, host: string): Promise<readonly StoredCursor[]> {
  const rows = await db
    .selectFrom('cursors')
    .selectAll()
    .where('host', '=', host)
    .orderBy('updated_at', 'desc')
    .execute()
  return rows.map((row) => ({
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
  }))
}
