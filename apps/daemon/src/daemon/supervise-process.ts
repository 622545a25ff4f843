import { fileURLToPath } from 'node:url'
import type { Settings } from '@turnlog/config'
import type { ChildName } from '@turnlog/health'
import { type OutputLine, type SupervisedChild, superviseChild } from '@turnlog/supervisor'
import type { Log } from '../logging/log.ts'
import type { LogOutput } from '../logging/log-output.ts'
import { shutdownBudget } from '../shutdown-budget.ts'
import type { ChildMessage } from './child-message.ts'
import { createSupervisionReport } from './supervision-report.ts'

export interface ProcessOptions {
  readonly name: ChildName
  readonly settings: Settings
  readonly log: Log
  readonly output: LogOutput
  /** Options for Node itself. */
  readonly execArgv?: readonly string[]
  /** The first message to it, each time it is started; null for none. */
  readonly greeting: () => ChildMessage | null
  readonly onMessage?: (data: unknown) => void
  readonly onChange: (change: 'spawned' | 'ready' | 'exited') => void
}

/** What the daemon's children need to find the same settings as the daemon. */
const INHERITED = [
  'PATH',
  'HOME',
  'USER',
  'LANG',
  'LC_*',
  'TZ',
  'TMPDIR',
  'XDG_*',
  'TURNLOG_*',
  'DATABASE_URL',
  'CODEX_HOME',
  'CLAUDE_CONFIG_DIR',
  'INIT_CWD',
  'NODE_COMPILE_CACHE',
]

const HEARTBEAT_MS = 5_000

/** Runs one of the daemon's processes under supervision: its module is `<name>-process.js`, beside the daemon's own. */
export function superviseProcess(options: ProcessOptions): SupervisedChild {
  const { name, settings, log, output, execArgv = [], onMessage = () => {} } = options
  const { maxRestarts, restartWindowSeconds, heartbeatTimeoutSeconds, shutdownTimeoutSeconds } = settings.eventSystem
  const { requested, unrequested } = shutdownBudget(shutdownTimeoutSeconds)
  const child = superviseChild({
    name,
    modulePath: fileURLToPath(new URL(`./${name}-process.js`, import.meta.url)),
    execArgv,
    env: { inherit: INHERITED },
    heartbeat: toHeartbeat(heartbeatTimeoutSeconds * 1000),
    restart: { maxRestarts, windowMs: restartWindowSeconds * 1000 },
    stop: { requested, unrequested },
    output: (line) => writeChildLine(name, line, log, output),
    onMessage,
    report: withChanges(options, () => greet(child, options.greeting())),
  })
  child.start()
  return child
}

/** With a short timeout there are still four heartbeats within it. */
function toHeartbeat(timeoutMs: number) {
  return { timeoutMs, intervalMs: Math.min(HEARTBEAT_MS, timeoutMs / 4) }
}

function withChanges({ log, onChange }: ProcessOptions, onSpawned: () => void) {
  const report = createSupervisionReport(log)
  const tell = {
    spawned: (...facts: Parameters<typeof report.spawned>) => {
      report.spawned(...facts)
      onSpawned()
      onChange('spawned')
    },
    ready: (...facts: Parameters<typeof report.ready>) => {
      report.ready(...facts)
      onChange('ready')
    },
    exited: (...facts: Parameters<typeof report.exited>) => {
      report.exited(...facts)
      onChange('exited')
    },
  }
  return { ...report, ...tell }
}

function greet(child: SupervisedChild, message: ChildMessage | null): void {
  if (message !== null) void child.send(message)
}

// A child's log lines are JSON and go on as they are; anything else it says (a crash's stack) is wrapped.
function writeChildLine(name: ChildName, { text, stream }: OutputLine, log: Log, output: LogOutput): void {
  if (text.startsWith('{') && text.endsWith('}')) output.write(`${text}\n`)
  else if (text !== '') log.warn({ process: name, stream }, text)
}
