import { fileURLToPath } from 'node:url'
import type { Settings } from '@turnlog/config'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '@turnlog/database'
import { type OutputLine, type SupervisedChild, superviseChild } from '@turnlog/supervisor'
import { EXIT } from '../exit-codes.ts'
import { createLogger, type Logger } from '../logging/create-logger.ts'
import { createLogOutput, type LogOutput } from '../logging/log-output.ts'
import { isWatcherMessage } from '../watcher/watcher-message.ts'
import { takeInstanceLock } from './instance-lock.ts'
import { openStateDir } from './open-state-dir.ts'
import { createPostgresReport } from './postgres-report.ts'
import { createSupervisionReport } from './supervision-report.ts'
import { WatcherFollower } from './watcher-follower.ts'

/**
 * The daemon: brings up the database and the watcher, keeps the watcher alive, and takes both down in an orderly way
 * on SIGTERM and SIGINT. It reads no transcript itself.
 *
 * @returns the exit code, when all is over
 */
export async function runDaemon(settings: Settings): Promise<number> {
  const output = createLogOutput(settings.logging.format)
  const log = createLogger(settings.logging, 'daemon', output)
  openStateDir(settings.stateDir)
  const lock = await takeInstanceLock(settings.stateDir)
  if (lock === null) {
    log.error(`turnlog already runs on ${settings.stateDir}; nothing was changed`)
    return EXIT.alreadyRunning
  }
  const stopping = listenForSignals()
  try {
    await serve({ settings, log, output, stopping })
  } finally {
    // Last of all: whoever gets the lock next must find nothing of this daemon left.
    await lock.release()
  }
  return EXIT.ok
}

interface Daemon {
  readonly settings: Settings
  readonly log: Logger
  readonly output: LogOutput
  readonly stopping: AbortSignal
}

async function serve(daemon: Daemon): Promise<void> {
  const { settings, log, output, stopping } = daemon
  log.info({ pid: process.pid, stateDir: settings.stateDir }, `turnlog starts; its state is in ${settings.stateDir}`)
  const postgres = await startDatabase(daemon)
  const watcher = startWatcher(daemon, postgres?.url ?? settings.database.url)
  await aborted(stopping)
  output.showProgress(null)
  log.info('stopping')
  await watcher.stop()
  await postgres?.stop()
  log.info('stopped')
}

async function startDatabase({ settings, log, stopping }: Daemon): Promise<EmbeddedPostgres | null> {
  if (settings.database.url !== 'embedded') return null
  return startEmbeddedPostgres({
    stateDir: settings.stateDir,
    report: createPostgresReport(log),
    signal: stopping,
    stopTimeoutMs: 1_000,
  })
}

/**
 * The watcher makes much garbage and keeps little. Left alone, V8 lets its heap grow to several times what it holds
 * (250 MB while importing 2 GB, against 125 MB with these), for about a tenth less CPU.
 */
const WATCHER_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=20']

function startWatcher({ settings, log, output }: Daemon, databaseUrl: string): SupervisedChild {
  const follower = new WatcherFollower(log, output)
  const { maxRestartsPerMinute, restartWindowSeconds } = settings.eventSystem
  const watcher = superviseChild({
    name: 'watcher',
    modulePath: fileURLToPath(new URL('./watcher-process.js', import.meta.url)),
    execArgv: WATCHER_FLAGS,
    env: {
      inherit: [
        'PATH',
        'HOME',
        'USER',
        'LANG',
        'LC_*',
        'TZ',
        'TMPDIR',
        'XDG_*',
        'TURNLOG_*',
        'CODEX_HOME',
        'CLAUDE_CONFIG_DIR',
        'INIT_CWD',
        'NODE_COMPILE_CACHE',
      ],
      set: { DATABASE_URL: databaseUrl },
    },
    restart: { maxRestarts: maxRestartsPerMinute, windowMs: restartWindowSeconds * 1000 },
    stop: { deadlineMs: watcherDeadlineMs(settings) },
    output: (line) => writeChildLine(line, log, output),
    onMessage: (data) => {
      if (isWatcherMessage(data)) follower.follow(data)
    },
    report: createSupervisionReport(log),
  })
  watcher.start()
  return watcher
}

// The last quarter of the time for a shutdown is the database's, which can only stop when the watcher has flushed.
function watcherDeadlineMs(settings: Settings): number {
  return settings.eventSystem.shutdownTimeoutSeconds * 750
}

// A child's log lines are JSON and go on as they are; anything else it says (a crash's stack) is wrapped.
function writeChildLine({ text, stream }: OutputLine, log: Logger, output: LogOutput): void {
  if (text.startsWith('{') && text.endsWith('}')) output.write(`${text}\n`)
  else if (text !== '') log.child({ process: 'watcher' }).warn({ stream }, text)
}

function listenForSignals(): AbortSignal {
  const stop = new AbortController()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop.abort())
  return stop.signal
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((done) => signal.addEventListener('abort', () => done(), { once: true }))
}
