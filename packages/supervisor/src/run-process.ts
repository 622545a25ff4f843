import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { captureOutput } from './capture-output.ts'
import type { SupervisorMessage } from './channel-messages.ts'
import type { Clock } from './clock.ts'
import { endGroup } from './end-group.ts'
import { signalGroup } from './process-group.ts'
import { sendMessage } from './send-message.ts'
import { describeSpawnProblem, type SpawnProblem } from './spawn-problem.ts'
import type { OutputLine, OutputStream } from './supervision-report.ts'

/** The one function of `node:child_process` that is used. */
export type SpawnProcess = (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess

export interface ProcessSpec {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string | undefined
  readonly env: Readonly<Record<string, string>>
  /** Whether there is an IPC channel. */
  readonly channel: boolean
  readonly stopSignal: NodeJS.Signals
  readonly maxLineBytes: number
}

/** What becomes of a process. Exactly one of `failed` and `ended` is called, once, and never before `runProcess` returned. */
export interface ProcessListener {
  failed(problem: SpawnProblem): void
  /** The process has exited and nothing is left of its group. Its last output may still come. */
  ended(code: number | null, signal: NodeJS.Signals | null): void
  message(message: unknown): void
  line(line: OutputLine): void
  cut(stream: OutputStream, bytes: number): void
  trouble(message: string, cause?: unknown): void
}

export interface RunningProcess {
  /** Null when it could not be started. */
  readonly pid: number | null
  /** Asks the process to go: by message, by signal, and awake enough to hear it. What it started goes after it. */
  terminate(): void
  /** SIGKILL for the whole group. */
  kill(): void
  send(message: SupervisorMessage): Promise<boolean>
  /** Resolves when all output was handed out, or its pipes were given up on. */
  readonly drained: Promise<void>
}

/** How long after the exit output is waited for: a process that left the group may hold the pipe open for ever. */
const DRAIN_MS = 200

/** Starts one process in a session of its own and follows it to its end. Throws nothing. */
export function runProcess(
  spec: ProcessSpec,
  listener: ProcessListener,
  { spawn, clock }: { readonly spawn: SpawnProcess; readonly clock: Clock },
): RunningProcess {
  try {
    const child = spawn(spec.command, spec.args, toSpawnOptions(spec))
    return follow(child, spec, listener, clock)
  } catch (error) {
    // Some failures are thrown, others come as an event; from here on they are the same.
    queueMicrotask(() => listener.failed(describeSpawnProblem(error, spec.command, spec.cwd)))
    return { pid: null, terminate() {}, kill() {}, send: () => Promise.resolve(false), drained: Promise.resolve() }
  }
}

function toSpawnOptions({ cwd, env, channel }: ProcessSpec): SpawnOptions {
  return {
    ...(cwd !== undefined && { cwd }),
    env,
    // A session of its own: Ctrl+C in a terminal is the supervisor's business alone, and the group can be killed whole.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(channel ? (['ipc'] as const) : [])],
  }
}

function follow(child: ChildProcess, spec: ProcessSpec, listener: ProcessListener, clock: Clock): RunningProcess {
  let alive = child.pid !== undefined
  const drained = captureStreams(child, spec, listener)
  child.on('message', (message) => listener.message(message))
  // Without an exit event to come (none follows a failed spawn), this is the end; otherwise it is news, no more.
  child.on('error', (error) => {
    if (child.pid === undefined) listener.failed(describeSpawnProblem(error, spec.command, spec.cwd))
    else listener.trouble(`${error.message} (pid ${child.pid})`, error)
  })
  // 'exit' decides: 'close' also waits for every process that holds a pipe.
  child.once('exit', (code, signal) => {
    alive = false
    child.once(
      'close',
      clock.setTimer(DRAIN_MS, () => letGo(child)),
    )
    endGroup(child.pid as number, clock, (gone) => {
      if (!gone) listener.trouble(`processes of group ${child.pid} could not be killed`)
      listener.ended(code, signal)
    })
  })
  return {
    pid: child.pid ?? null,
    drained,
    send: (message) => sendMessage(child, message),
    terminate: () => {
      if (alive) terminate(child, spec.stopSignal)
    },
    kill: () => {
      if (alive) signalGroup(child.pid as number, 'SIGKILL')
    },
  }
}

function captureStreams(child: ChildProcess, spec: ProcessSpec, listener: ProcessListener): Promise<void> {
  const capture = (name: OutputStream): Promise<void> => {
    const stream = child[name]
    // After some failed spawns there are no streams.
    if (stream === null || stream === undefined) return Promise.resolve()
    return captureOutput(stream, spec.maxLineBytes, {
      line: (text, cut) => listener.line({ stream: name, pid: child.pid ?? null, text, cut }),
      cut: (bytes) => listener.cut(name, bytes),
    })
  }
  return Promise.all([capture('stdout'), capture('stderr')]).then(() => {})
}

function terminate(child: ChildProcess, signal: NodeJS.Signals): void {
  void sendMessage(child, { supervision: 'stop' })
  child.kill(signal)
  // A stopped process takes the signal only when it continues.
  signalGroup(child.pid as number, 'SIGCONT')
}

function letGo(child: ChildProcess): void {
  child.stdout?.destroy()
  child.stderr?.destroy()
  if (child.connected) child.disconnect()
}
