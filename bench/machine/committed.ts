import type { Connection } from '../../packages/database/src/index.ts'
import { waitUntil } from './wait-until.ts'

/** How many bytes of the transcripts are committed. */
export async function readCommittedBytes({ pool }: Connection): Promise<number> {
  const { rows } = await pool.query<{ sum: string | null }>('select sum(committed_offset) as sum from cursors')
  return Number(rows[0]?.sum ?? 0)
}

/** Resolves when so many bytes are committed, seen from another connection. */
export async function waitForBytes(connection: Connection, bytes: number, everyMs = 20): Promise<void> {
  await waitUntil(async () => (await readCommittedBytes(connection)) >= bytes, { everyMs })
}
