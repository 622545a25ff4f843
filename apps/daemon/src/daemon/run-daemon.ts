import type { Settings } from '@turnlog/config'
import { EXIT } from '../exit-codes.ts'
import { createDaemonLog } from '../logging/create-daemon-log.ts'
import type { Log } from '../logging/log.ts'
import { createLogOutput } from '../logging/log-output.ts'
import { type ControlServer, openControlServer } from './control-server.ts'
import { takeInstanceLock } from './instance-lock.ts'
import { openStateDir } from './open-state-dir.ts'
import { followPackageManager } from './package-manager.ts'
import { ProcessTree } from './process-tree.ts'

/**
 * The daemon: brings up the database, the watcher and the web server, keeps each of them alive whatever becomes of the
 * others, and takes all down in an orderly way on SIGTERM, SIGINT, SIGHUP or `turnlog stop`. It reads no transcript.
 *
 * @returns the exit code, when all is over
 */
export async function runDaemon(settings: Settings): Promise<number> {
  const output = await createLogOutput(settings.logging.format)
  const log = createDaemonLog(settings.logging, output)
  openStateDir(settings.stateDir)
  const lock = await takeInstanceLock(settings.stateDir)
  if (lock === null) {
    log.error(`turnlog already runs on ${settings.stateDir}; nothing was changed`)
    return EXIT.alreadyRunning
  }
  const stop = listenForSignals()
  followPackageManager((name) => {
    log.info(`${name}, which started turnlog, is gone`)
    stop.abort()
  })
  try {
    log.info({ pid: process.pid, stateDir: settings.stateDir }, `turnlog starts; its state is in ${settings.stateDir}`)
    const tree = new ProcessTree({ settings, log, output })
    const control = await openControl(settings.stateDir, tree, stop, log)
    await aborted(stop.signal)
    log.info('stopping')
    await tree.stop()
    control?.close()
    log.info('stopped')
  } finally {
    // Last of all: whoever gets the lock next must find nothing of this daemon left.
    await lock.release()
  }
  return EXIT.ok
}

/** Without a control socket nobody can ask the daemon for anything, but it records all the same. */
async function openControl(
  stateDir: string,
  tree: ProcessTree,
  stop: AbortController,
  log: Log,
): Promise<ControlServer | null> {
  try {
    return await openControlServer(stateDir, (request) => {
      if (request.ask === 'health') return { ok: true, pid: process.pid, health: tree.health() }
      if (request.ask === 'stop') stop.abort()
      else tree.restart(request.child)
      return { ok: true, pid: process.pid }
    })
  } catch (error) {
    const { message } = error as Error
    log.error({ err: error }, `status, stop and restart cannot reach this daemon: ${message}. Use signals instead.`)
    return null
  }
}

function listenForSignals(): AbortController {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  return stop
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }))
}
