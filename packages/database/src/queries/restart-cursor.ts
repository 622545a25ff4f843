import type { Kysely } from 'kysely'
import type { Database, JsonObject } from '../tables.ts'

/** From where a file is to be read again. */
export interface RestartedCursor {
  readonly file: { readonly device: string; readonly inode: string }
  readonly generation: number
  readonly state: JsonObject
  readonly size: number
  readonly mtimeNs: string
}

/**
 * Puts a file's cursor back to the start, as a new generation, whose account begins anew. A watcher that is running
 * notices with the next thing it writes of that file: it is fenced, and starts over from the cursors.
 *
 * @returns false if the cursor has gone to another generation meanwhile; it is left alone then
 */
export async function restartCursor(
  db: Kysely<Database>,
  host: string,
  cursor: RestartedCursor,
  reason: string,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('cursors')
    .set({
      generation: cursor.generation,
      generation_reason: reason,
      committed_offset: 0,
      marker_hash: '',
      marker_length: 0,
      state: JSON.stringify(cursor.state),
      size: cursor.size,
      mtime_ns: cursor.mtimeNs,
      delivered_bytes: 0,
      skipped_bytes: '{}',
    })
    .where('host', '=', host)
    .where('device', '=', cursor.file.device)
    .where('inode', '=', cursor.file.inode)
    .where('generation', '=', cursor.generation - 1)
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}
