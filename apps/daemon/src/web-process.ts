import { flushCompileCache } from 'node:module'
import { PORT_TAKEN_EXIT } from '@turnlog/health'
import { connectToSupervisor } from '@turnlog/supervisor/child'
import { startWebServer } from 'web'
import { createLogger } from './logging/create-logger.ts'
import { readSettings } from './read-settings.ts'

// The web server as a child of the daemon. It finds the database and the daemon by itself, and waits for neither.
let close: () => Promise<void> = async () => {}
const link = connectToSupervisor({ onStop: () => close() })
const settings = readSettings()
const log = createLogger(settings.logging, 'web')
try {
  const server = await startWebServer({ settings, log, signal: link.stopping })
  close = async () => {
    await server.close()
    log.flush()
  }
  log.info({ url: server.url }, `the page is at ${server.url}`)
  void link.sendReady()
  // Kept by itself only when the process ends in an orderly way. After a kill the next one should find it all the more.
  setTimeout(() => flushCompileCache(), 1_000).unref()
} catch (error) {
  log.fatal({ err: error }, `the web server cannot start: ${error instanceof Error ? error.message : String(error)}`)
  // The channel to the supervisor would keep a process that has nothing to do alive.
  const isTaken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
  log.flush(() => process.exit(isTaken ? PORT_TAKEN_EXIT : 1))
}
