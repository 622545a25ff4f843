import { setTimeout } from 'node:timers/promises'
import { type Connection, connect, DatabaseTooNewError, migrateToLatest } from '@turnlog/database'

export interface OpenDatabaseOptions {
  readonly url: string
  readonly poolSize: number
  readonly signal: AbortSignal
  /** Told with each failure; the next attempt follows by itself. */
  readonly onWaiting: (error: Error) => void
}

const FIRST_DELAY_MS = 100
/** Rows should flow within a second of the database's return. */
const LONGEST_DELAY_MS = 500

/**
 * Connects and brings the schema up to date, however long the database takes to answer. Rejects only when waiting
 * cannot help (a newer version has been here), or when the signal says so.
 */
export async function openDatabase({ url, poolSize, signal, onWaiting }: OpenDatabaseOptions): Promise<Connection> {
  const connection = connect(url, { poolSize, applicationName: 'turnlog watcher' })
  try {
    await retry(() => migrateToLatest(connection.db), signal, onWaiting)
    return connection
  } catch (error) {
    await connection.close()
    throw error
  }
}

async function retry(attempt: () => Promise<unknown>, signal: AbortSignal, onWaiting: (error: Error) => void) {
  for (let delay = FIRST_DELAY_MS; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
    signal.throwIfAborted()
    try {
      return await attempt()
    } catch (error) {
      if (error instanceof DatabaseTooNewError) throw error
      onWaiting(error as Error)
      await setTimeout(delay, undefined, { signal })
    }
  }
}
