import { setTimeout as sleep } from 'node:timers/promises'
import type { WatcherEnd } from '@turnlog/watcher'
import { DatabaseGoneError, runWatcher, type WatcherProcess } from './run-watcher.ts'

const FIRST_DELAY_MS = 20
const MAX_DELAY_MS = 500
/** After a run of this length the delay starts at its first value again. */
const STEADY_MS = 10_000

/**
 * Watches until it is asked to stop. When another watcher took the lease, or the database went away during the start,
 * it releases everything and starts over by taking the lease. The process is not restarted, because a database that
 * restarts often would look like a watcher that crashes often.
 */
export async function keepWatching(process: Omit<WatcherProcess, 'leases'>): Promise<WatcherEnd> {
  const { stopping } = process.link
  const options = { ...process, leases: { lastEpoch: null, timesLost: 0 } }
  let delay = FIRST_DELAY_MS
  for (;;) {
    const since = performance.now()
    const end = await runOnce(options)
    if (stopping.aborted || (end !== 'fenced' && end !== 'database_gone')) return end === 'closed' ? end : 'stopped'
    delay = performance.now() - since > STEADY_MS ? FIRST_DELAY_MS : Math.min(delay * 2, MAX_DELAY_MS)
    await sleep(delay, undefined, { signal: stopping }).catch(() => {})
  }
}

async function runOnce(options: WatcherProcess): Promise<WatcherEnd | 'database_gone'> {
  const { log, link } = options
  try {
    const end = await runWatcher(options)
    if (end === 'fenced') log.warn('another watcher took the lease of this host; starting over by taking the lease')
    return end
  } catch (error) {
    if (link.stopping.aborted || !(error instanceof DatabaseGoneError)) throw error
    log.warn({ err: error.cause }, `the database went away, starting over: ${error.message}`)
    return 'database_gone'
  }
}
