import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type ChildEnvOptions, resolveChildEnv } from './child-env.ts'
import { type Clock, systemClock } from './clock.ts'
import { DEFAULT_STOP } from './default-stop.ts'
import type { LivenessPolicy } from './liveness.ts'
import type { RestartPolicy } from './restart-policy.ts'
import type { SpawnProcess } from './run-process.ts'
import type { OutputLine, SupervisionReport } from './supervision-report.ts'

export interface ChildOptions {
  /** Name of the child in every report. */
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
   * From readiness on, the child sends a heartbeat every `intervalMs`; after `timeoutMs` without one it is killed and
   * counts as crashed. One turn of its event loop must take less than that.
   *
   * @default every 5 s, with a timeout of 30 s, for a module; false for a command
   */
  readonly heartbeat?: Partial<LivenessPolicy> | false
  /**
   * The first restart is immediate, the next one after `initialDelayMs`, doubling up to `maxDelayMs` (at most 4 s).
   * After `maxRestarts` within `windowMs`, the next death is a crash loop. The silence of a child that hung does not
   * count in the window.
   *
   * @default 5 in 60 s, 100 ms doubling up to 2 s
   */
  readonly restart?: Partial<RestartPolicy>
  /**
   * How long the child may take to stop. `requested`: the supervisor asked it to, by `signal` and by message.
   * `unrequested`: it got a signal from another process, and announced that it stops.
   *
   * @default SIGTERM; requested 1,600 ms to flush, killed after 1,700 ms; unrequested 1,800 and 2,000 ms
   */
  readonly stop?: {
    readonly signal?: NodeJS.Signals
    readonly requested?: StopTimes
    readonly unrequested?: StopTimes
  }
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

/** How long a child may take to stop, from the beginning of its stop. */
export interface StopTimes {
  /** When the child exits by itself with code 1, even if it has not finished its work. */
  readonly flushMs: number
  /** When the supervisor kills it. */
  readonly killMs: number
}

export type ResolvedChildOptions = ReturnType<typeof resolveChildOptions>

/** Longest back-off allowed: a child is back well within five seconds of its end. */
const MAX_DELAY_MS = 4_000

export function resolveChildOptions(options: ChildOptions) {
  const isModule = options.modulePath !== undefined
  const readiness = options.readiness ?? (isModule ? { timeoutMs: 30_000 } : false)
  const heartbeat = options.heartbeat ?? (isModule ? {} : false)
  return {
    name: options.name,
    ...resolveCommand(options),
    cwd: options.cwd,
    env: resolveChildEnv(options.env ?? {}),
    channel: isModule || readiness !== false || heartbeat !== false,
    readiness: readiness === false ? null : checkNumbers('readiness', readiness),
    heartbeat: heartbeat === false ? null : resolveHeartbeat(heartbeat),
    restart: resolveRestart(options.restart),
    stop: resolveStop(options.stop),
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

function resolveHeartbeat(given: Partial<LivenessPolicy>): LivenessPolicy {
  const policy = checkNumbers('heartbeat', { intervalMs: 5_000, timeoutMs: 30_000, ...given })
  if (policy.timeoutMs > policy.intervalMs) return policy
  throw new TypeError('Expected `heartbeat.timeoutMs` to be longer than `heartbeat.intervalMs`')
}

function resolveStop({ signal = 'SIGTERM', requested, unrequested }: NonNullable<ChildOptions['stop']> = {}) {
  return {
    signal,
    requested: checkNumbers('stop.requested', requested ?? DEFAULT_STOP.requested),
    unrequested: checkNumbers('stop.unrequested', unrequested ?? DEFAULT_STOP.unrequested),
  }
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
