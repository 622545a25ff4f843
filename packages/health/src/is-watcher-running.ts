import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { type AskDaemonOptions, askDaemon } from './ask-daemon.ts'

export interface IsWatcherRunningOptions extends Pick<AskDaemonOptions, 'timeoutMs'> {
  /**
   * The state directory of the daemon. Name it if `state_dir` in config.yaml is not `auto`.
   *
   * @default TURNLOG_STATE_DIR, else what `auto` means
   */
  readonly stateDir?: string
}

/**
 * Whether the watcher runs and answers, right now. Asks the daemon, which knows its own child: no pid is compared with
 * anything, so a number that another process was given since cannot be taken for a watcher. False where no daemon runs.
 */
export async function isWatcherRunning(options: IsWatcherRunningOptions = {}): Promise<boolean> {
  const { stateDir = defaultStateDir(process.env), ...rest } = options
  const reply = await askDaemon(stateDir, { ask: 'health' }, rest)
  return reply.kind === 'answered' && reply.answer.ok && reply.answer.health?.watcher.running === true
}

/** As @turnlog/config has it for `auto`; this package stands alone. */
export function defaultStateDir(env: NodeJS.ProcessEnv, isRoot = process.getuid?.() === 0): string {
  if (env.TURNLOG_STATE_DIR !== undefined && env.TURNLOG_STATE_DIR !== '') return env.TURNLOG_STATE_DIR
  if (isRoot) return '/var/lib/turnlog'
  const { XDG_STATE_HOME: xdg } = env
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(env.HOME ?? homedir(), '.local/state')
  return join(base, 'turnlog')
}
