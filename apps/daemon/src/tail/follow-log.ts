import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Connection,
  LOG_START,
  type LogPosition,
  readEventsAfter,
  readLogEnd,
  type StoredEvent,
} from '@turnlog/database'
import { LogBell } from './log-bell.ts'

export interface FollowOptions {
  /** Connects to the database, wherever it is by now. */
  readonly open: () => Promise<Connection>
  /** What comes after it is given. */
  readonly from: LogPosition
  readonly signal: AbortSignal
  readonly report: FollowReport
}

/** What may happen on the way. */
export interface FollowReport {
  /** The database does not answer; it is asked again until it does. */
  lost(error: Error): void
  found(): void
  /** The log is not the one that was followed: it is given from its beginning. */
  begunAnew(): void
}

const PAGE = 100
const FIRST_RETRY_MS = 100
const LONGEST_RETRY_MS = 2_000

/**
 * The events that are recorded after a position, each of them once, in the order of the log's followers, whatever
 * becomes of the database meanwhile. Ends with the signal.
 */
export async function* followLog(options: FollowOptions): AsyncGenerator<readonly StoredEvent[]> {
  const { open, signal, report } = options
  let position = options.from
  let delay = FIRST_RETRY_MS
  while (!signal.aborted) {
    try {
      await using connection = await open()
      await using bell = await LogBell.listen(connection)
      if (await isBeyondEnd(connection, position)) {
        report.begunAnew()
        position = LOG_START
      }
      report.found()
      delay = FIRST_RETRY_MS
      while (!signal.aborted) {
        const wait = bell.next(signal)
        const events = await readEventsAfter(connection.db, position, PAGE)
        const last = events.at(-1)
        if (last === undefined) await wait()
        else {
          yield events
          position = last
        }
      }
    } catch (error) {
      if (signal.aborted) return
      report.lost(error as Error)
      await sleep(delay, undefined, { signal }).catch(() => {})
      delay = Math.min(delay * 2, LONGEST_RETRY_MS)
    }
  }
}

async function isBeyondEnd({ db }: Connection, position: LogPosition): Promise<boolean> {
  const end = await readLogEnd(db)
  const transaction = BigInt(position.transaction_id) - BigInt(end.transaction_id)
  return transaction > 0n || (transaction === 0n && BigInt(position.id) > BigInt(end.id))
}
