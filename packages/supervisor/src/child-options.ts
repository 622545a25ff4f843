import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ChildEnvOptions, resolveChildEnv } from './child-env.ts'
import { type Clock, systemClock } from './clock.ts'
import type { LivenessPolicy } from './liveness.ts'
import type { RestartPolicy } from './restart-policy.ts'
import type { SpawnProcess } from './run-process.ts'
import type { OutputLine, SupervisionReport } from './supervision-report.ts'

export interface ChildOptions {
  /** Called so in every report. */
  readonly name: string
  /** A Node module to run in a process of its own, with a channel to it. Give this or `command`. */
  readonly modulePath?: string | URL
  /** Options for Node itself. @default [] */
  readonly execArgv?: readonly string[]
  /** Any other program; it has a channel only if `readiness` or `heartbeat` is given. */
  readonly command?: string
  readonly args?: readonly string[]
  /** @default the supervisor's */
  readonly cwd?: string
  readonly env?: ChildEnvOptions
  /**
   * The child must say that it is ready within this time, or it is killed and counts as crashed. `false`: it is ready
   * as soon as it runs.
   *
   * @default 30 s for a module, false for a command
   */
  readonly readiness?: { readonly timeoutMs: number } | false
  /**
   * From readiness on, the child must be heard every `intervalMs`; after `missed` of them in silence it is killed and
   * counts as crashed. What it does in one turn of its event loop must stay well below the product.
   *
   * @default 4 times 200 ms for a module, false for a command
   */
  readonly heartbeat?: Partial<LivenessPolicy> | false
  /**
   * Restarts come at once, then after `initialDelayMs`, doubling up to `maxDelayMs` (at most 4 s). `maxRestarts` of
   * them within `windowMs`, and the next death is a crash loop.
   *
   * @default 5 in 60 s, 100 ms doubling up to 2 s
   */
  readonly restart?: Partial<RestartPolicy>
  /**
   * A child that was asked to stop by `signal` is killed after `deadlineMs`. The same time is left to it when the
   * supervisor itself was killed.
   *
   * @default SIGTERM, 1,600 ms
   */
  readonly stop?: { readonly deadlineMs?: number; readonly signal?: NodeJS.Signals }
  /** Every line that the child writes, in order. Called for each as it comes, so it must be quick. */
  readonly output?: (line: OutputLine) => void
  /** Longest line kept, in bytes. Of a longer one the beginning is given. @default 64 KiB */
  readonly maxLineBytes?: number
  /** What the child sends besides readiness and heartbeats. */
  readonly onMessage?: (data: unknown) => void
  readonly report?: Partial<SupervisionReport>
  readonly clock?: Clock
  readonly spawn?: SpawnProcess
}

export type ResolvedChildOptions = ReturnType<typeof resolveChildOptions>

/** Longest back-off allowed: a child is back well within five seconds of its end. */
const MAX_DELAY_MS = 4_000

export function resolveChildOptions(options: ChildOptions) {
  const isModule = options.modulePath !== undefined
  const readiness = options.readiness ?? (isModule ? { timeoutMs: 30_000 } : false)
  const heartbeat = options.heartbeat ?? (isModule ? {} : false)
  const stop = { deadlineMs: 1_600, signal: 'SIGTERM' as const, ...options.stop }
  checkNumbers('stop', { deadlineMs: stop.deadlineMs })
  return {
    name: options.name,
    ...resolveCommand(options),
    cwd: options.cwd,
    env: resolveChildEnv(options.env ?? {}),
    channel: isModule || readiness !== false || heartbeat !== false,
    readiness: readiness === false ? null : checkNumbers('readiness', readiness),
    heartbeat: heartbeat === false ? null : checkNumbers('heartbeat', { intervalMs: 200, missed: 4, ...heartbeat }),
    restart: resolveRestart(options.restart),
    stop,
    output: options.output ?? (() => {}),
    maxLineBytes: checkNumbers('maxLineBytes', { bytes: options.maxLineBytes ?? 65_536 }).bytes,
    onMessage: options.onMessage ?? (() => {}),
    report: options.report ?? {},
    clock: options.clock ?? systemClock,
    spawn: options.spawn ?? (spawn as SpawnProcess),
  }
}

function resolveCommand({ name, modulePath, execArgv = [], command, args = [] }: ChildOptions) {
  if ((modulePath === undefined) === (command === undefined)) {
    throw new TypeError(`Expected either \`modulePath\` or \`command\` for the child ${name}, got both or neither`)
  }
  if (command !== undefined) return { command, args }
  const path = modulePath instanceof URL ? fileURLToPath(modulePath) : (modulePath as string)
  return { command: process.execPath, args: [...execArgv, path, ...args] }
}

function resolveRestart(given: Partial<RestartPolicy> = {}): RestartPolicy {
  const policy = { maxRestarts: 5, windowMs: 60_000, initialDelayMs: 100, maxDelayMs: 2_000, ...given }
  const { maxRestarts, ...times } = policy
  if (!Number.isInteger(maxRestarts) || maxRestarts < 0) {
    throw new TypeError(`Expected \`restart.maxRestarts\` to be a whole number from 0 up, got \`${maxRestarts}\``)
  }
  checkNumbers('restart', times)
  return { ...policy, maxDelayMs: Math.min(policy.maxDelayMs, MAX_DELAY_MS) }
}

function checkNumbers<Numbers extends Record<keyof Numbers, number>>(option: string, numbers: Numbers): Numbers {
  for (const [key, value] of Object.entries<number>(numbers)) {
    if (Number.isFinite(value) && value > 0) continue
    throw new TypeError(`Expected \`${option}.${key}\` to be a number above 0, got \`${value}\``)
  }
  return numbers
}
