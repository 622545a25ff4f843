import { flushCompileCache } from 'node:module'
import { connectToSupervisor } from '@turnlog/supervisor/child'
import { retryQuarantined } from '@turnlog/watcher'
import { isChildMessage } from './daemon/child-message.ts'
import { createLogger } from './logging/create-logger.ts'
import { readSettings } from './read-settings.ts'
import { keepWatching } from './watcher/keep-watching.ts'

/** The exit code of a watcher whose writer takes nothing any more; it is started again. */
const CLOSED = 76

let finished: Promise<unknown> = Promise.resolve()
const told = Promise.withResolvers<string>()
const link = connectToSupervisor({
  onStop: async (reason) => {
    await finished
    // A requested restart tries every file again; one after a crash does not.
    if (reason !== 'supervisor_gone') retryQuarantined(settings.stateDir)
  },
  onMessage: (data) => {
    if (isChildMessage(data)) told.resolve(data.url)
  },
})
const settings = readSettings()
const { url } = settings.database
const databaseUrl = url === 'embedded' ? told.promise : Promise.resolve(url)
const log = createLogger(settings.logging, 'watcher')
const running = keepWatching({ settings, log, link, databaseUrl })
finished = running.catch(() => undefined)
void link.sendReady()
// Kept by itself only when the process ends in an orderly way. After a kill the next one should find it all the more.
setTimeout(() => flushCompileCache(), 1_000).unref()

try {
  const end = await running
  if (end !== 'stopped') process.exitCode = CLOSED
} catch (error) {
  if (!link.stopping.aborted) {
    log.fatal({ err: error }, `the watcher cannot go on: ${error instanceof Error ? error.message : String(error)}`)
    process.exitCode = 1
  }
} finally {
  // The channel to the supervisor would keep a process that has nothing left to do alive; a stop ends it by itself.
  log.flush(() => {
    if (!link.stopping.aborted) process.exit()
  })
}
