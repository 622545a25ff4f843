import { CHILD_VARIABLES, type ChildMessage, parseSupervisorMessage } from './channel-messages.ts'
import { clampDelay } from './clock.ts'
import { drainOutput } from './drain-output.ts'
import { sendMessage } from './send-message.ts'
import { createStopOnce, type StopReason } from './stop-once.ts'

export interface SupervisorLinkOptions {
  /**
   * Finish what is under way and let go. Called once, on SIGTERM, SIGINT, SIGHUP, the supervisor's word, or its death.
   * The process exits when this is done, or when three quarters of the supervisor's deadline are over.
   */
  readonly onStop?: (reason: StopReason) => void | Promise<void>
  /** What the supervisor sends with `send`. */
  readonly onMessage?: (data: unknown) => void
}

/** The child's end of its supervision. */
export interface SupervisorLink {
  /** False in a process that was started by hand: signals work all the same, and there is nobody to talk to. */
  readonly supervised: boolean
  readonly instance: string | null
  /** Aborts when the stop begins, with its {@link StopReason} as reason. */
  readonly stopping: AbortSignal
  /** Says that the work can begin. From now on a blocked event loop counts as a hang. */
  sendReady(): Promise<boolean>
  /** Sends a small message to the supervisor's `onMessage`; false when it could not be written. */
  send(data: unknown): Promise<boolean>
}

/** What remains for the supervisor to kill in is the last quarter of the deadline. */
const SHARE_OF_DEADLINE = 0.75
const DEFAULT_STOP_MS = 1_600

/**
 * Makes this process a good child: heartbeats from its event loop, an orderly and single stop, and an end when the
 * supervisor is gone (its channel closes, even by SIGKILL). Call it first thing, and once.
 */
export function connectToSupervisor({ onStop = () => {}, onMessage }: SupervisorLinkOptions = {}): SupervisorLink {
  const { instance, heartbeatMs, stopMs } = takeVariables()
  const stopping = new AbortController()
  let lastSend: Promise<boolean> = Promise.resolve(false)

  const post = (message: ChildMessage): Promise<boolean> => (lastSend = sendMessage(process, message))
  const stop = createStopOnce({
    deadlineMs: stopMs * SHARE_OF_DEADLINE,
    drain: () => Promise.all([lastSend, drainOutput()]),
    onStop: (reason) => {
      stopping.abort(reason)
      return onStop(reason)
    },
  })

  surviveBrokenOutput()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop('signal'))
  if (instance !== null) {
    followChannel(stop, onMessage)
    if (heartbeatMs !== null) beat(heartbeatMs, () => post({ supervision: 'heartbeat', instance }), stopping.signal)
  }
  return {
    supervised: instance !== null,
    instance,
    stopping: stopping.signal,
    sendReady: () => (instance === null ? Promise.resolve(false) : post({ supervision: 'ready', instance })),
    send: (data) => (instance === null ? Promise.resolve(false) : post({ supervision: 'message', instance, data })),
  }
}

// Taken out of the environment, so that programs which this process starts do not believe that they are supervised.
function takeVariables() {
  const take = (name: string): string | undefined => {
    const value = process.env[name]
    delete process.env[name]
    return value
  }
  const heartbeatMs = take(CHILD_VARIABLES.heartbeatMs)
  return {
    instance: take(CHILD_VARIABLES.instance) ?? null,
    heartbeatMs: heartbeatMs === undefined ? null : Number(heartbeatMs),
    stopMs: Number(take(CHILD_VARIABLES.stopMs) ?? DEFAULT_STOP_MS),
  }
}

function followChannel(stop: (reason: StopReason) => void, onMessage: SupervisorLinkOptions['onMessage']): void {
  process.on('message', (input) => {
    const message = parseSupervisorMessage(input)
    if (message?.supervision === 'stop') stop('message')
    else if (message?.supervision === 'message') onMessage?.(message.data)
  })
  process.once('disconnect', () => stop('supervisor_gone'))
  // It may have gone while this process was still loading.
  if (!process.connected) setImmediate(() => stop('supervisor_gone'))
}

// A beat that is still waiting to be written makes the next one superfluous: the supervisor does not read just now.
function beat(intervalMs: number, send: () => Promise<boolean>, until: AbortSignal): void {
  let isWaiting = false
  const timer = setInterval(async () => {
    if (isWaiting) return
    isWaiting = true
    await send()
    isWaiting = false
  }, clampDelay(intervalMs))
  timer.unref()
  until.addEventListener('abort', () => clearInterval(timer), { once: true })
}

// When the reader of our output has gone, writing raises an error event that would end the process in the middle of
// its orderly stop.
function surviveBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
