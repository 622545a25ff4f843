import type { Settings } from '@turnlog/config'
import { EXIT } from '../exit-codes.ts'
import { createDaemonLog } from '../logging/create-daemon-log.ts'
import type { Log } from '../logging/log.ts'
import { createLogOutput } from '../logging/log-output.ts'
import { type Claim, claimStateDir } from './claim-state-dir.ts'
import { type ControlServer, openControlServer } from './control-server.ts'
import type { DaemonRecord } from './daemon-record.ts'
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
  const stop = listenForSignals()
  let isLost = false
  const claim = await claimFor(settings.stateDir, stop.signal, log, () => {
    isLost = true
    stop.abort()
  })
  if (claim.kind === 'aborted') return EXIT.ok
  if (claim.kind === 'refused') {
    log.error(`turnlog already runs on ${settings.stateDir}${describe(claim.holder)}; nothing was changed`)
    return EXIT.alreadyRunning
  }
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
    // Last of all, because the daemon that gets the directory next must find nothing of this one left.
    await claim.release()
  }
  return isLost ? EXIT.alreadyRunning : EXIT.ok
}

function claimFor(stateDir: string, signal: AbortSignal, log: Log, onLost: () => void): Promise<Claim> {
  return claimStateDir({
    stateDir,
    signal,
    onWaiting: (holder) =>
      log.info(`${stateDir} may be in use${describe(holder)}; making sure that it is not, which takes 15 s`),
    onLost: (holder) => {
      log.error(`turnlog was taken for dead and ${stateDir} is used${describe(holder)} now, so this one stops`)
      onLost()
    },
    onProblem: (error) => log.warn({ err: error }, `the record of this daemon could not be renewed: ${error.message}`),
  })
}

function describe(holder: DaemonRecord | null): string {
  return holder === null ? '' : ` by process ${holder.pid} on ${holder.host}`
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
