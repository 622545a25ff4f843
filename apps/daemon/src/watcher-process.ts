import { connectToSupervisor } from '@turnlog/supervisor/child'
import { createLogger } from './logging/create-logger.ts'
import { readSettings } from './read-settings.ts'
import { runWatcher } from './watcher/run-watcher.ts'

/** The exit code of a watcher that another one took over from; it is started again and waits for the lock. */
const FENCED = 76

let finished: Promise<unknown> = Promise.resolve()
const link = connectToSupervisor({ onStop: async () => void (await finished) })
const settings = readSettings()
const log = createLogger(settings.logging, 'watcher')
const running = runWatcher({ settings, log, link })
finished = running.catch(() => undefined)
void link.sendReady()

try {
  const end = await running
  if (end !== 'stopped') process.exitCode = FENCED
} catch (error) {
  if (!link.stopping.aborted) {
    log.fatal({ err: error }, `the watcher cannot go on: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
} finally {
  log.flush()
}
