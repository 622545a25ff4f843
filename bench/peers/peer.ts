import type { BenchDatabase } from '../machine/bench-server.ts'

/** Something that people use instead to get the lines of files into Postgres. It validates nothing and knows no identity. */
export interface Peer {
  readonly name: string
  /** Its version; null where it is not installed. */
  readonly version: string | null
  /** How to get it, for those who read the results. */
  readonly install: string
  /** The table that it fills, with the columns of {@link createPeerTable}. */
  readonly table: string
  start(options: PeerOptions): Promise<PeerRun>
}

export interface PeerOptions {
  /** The folder whose `*.jsonl` it follows. */
  readonly data: string
  /** A folder of its own. */
  readonly state: string
  readonly database: BenchDatabase
}

export interface PeerRun extends AsyncDisposable {
  readonly pid: number
}

/** The narrowest table that serves: the line as it is, and one index. */
export async function createPeerTable({ connection }: BenchDatabase, table: string): Promise<void> {
  await connection.pool.query(
    `create table ${table} (id bigserial primary key, file text, doc jsonb, at timestamptz default clock_timestamp())`,
  )
}
