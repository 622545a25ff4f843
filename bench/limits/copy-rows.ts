import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import type { BenchDatabase, BenchServer } from '../machine/bench-server.ts'
import { Scratch } from '../machine/scratch.ts'

const COLUMNS = 'event_key, event_type, timestamp, recorded_at, session_uuid, host, payload'

/**
 * Limit b: COPY of the same rows into the same table with the same indexes, all in one transaction, sent by psql.
 *
 * @returns seconds
 */
export async function measureCopy(server: BenchServer, source: BenchDatabase): Promise<number> {
  using scratch = new Scratch()
  const rows = join(scratch.path, 'rows')
  await psql(source.url, `\\copy (select ${COLUMNS} from events order by id) to '${rows}'`)
  chmodSync(rows, 0o644)
  await using target = await server.createDatabase()
  await target.migrate()
  await target.connection.pool.query('checkpoint')
  const begin = performance.now()
  await psql(target.url, `\\copy events (${COLUMNS}) from '${rows}'`)
  return (performance.now() - begin) / 1000
}

async function psql(url: string, command: string): Promise<void> {
  const child = spawn('psql', ['-qX', '-v', 'ON_ERROR_STOP=1', '-c', command, url], {
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`psql ended with ${code}`)
}
