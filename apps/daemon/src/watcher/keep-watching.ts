import { setTimeout as sleep } from 'node:timers/promises'
import type { WatcherEnd } from '@turnlog/watcher'
import { DatabaseGoneError, runWatcher, type WatcherProcess } from './run-watcher.ts'

const FIRST_DELAY_MS = 20
const LONGEST_DELAY_MS = 500
/** A run that lasted this long was a good one: the next trouble is a new one. */
const STEADY_MS = 10_000

/**
 * Watches until it is told to stop. When the host's lock is lost, mostly since the database restarted, everything is
 * let go and begun again from the lock. That is nothing to restart the process for: a database that restarts often
 * would look like a watcher that crashes often.
 */
export async function keepWatching(options: WatcherProcess): Promise<WatcherEnd> {
  const { stopping } = options.link
  let delay = FIRST_DELAY_MS
  for (;;) {
    const since = performance.now()
    const end = await runOnce(options)
    if (stopping.aborted || (end !== 'fenced' && end !== 'database_gone')) return end === 'closed' ? end : 'stopped'
    delay = performance.now() - since > STEADY_MS ? FIRST_DELAY_MS : Math.min(delay * 2, LONGEST_DELAY_MS)
    await sleep(delay, undefined, { signal: stopping }).catch(() => {})
  }
}

async function runOnce(options: WatcherProcess): Promise<WatcherEnd | 'database_gone'> {
  const { log, link } = options
  try {
    const end = await runWatcher(options)
    if (end === 'fenced') log.warn('the lock on the transcripts of this host is lost; beginning again from the lock')
    return end
  } catch (error) {
    if (link.stopping.aborted || !(error instanceof DatabaseGoneError)) throw error
    log.warn({ err: error.cause }, `the database went away, beginning again: ${error.message}`)
    return 'database_gone'
  }
}
