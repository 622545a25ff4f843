import { CHILD_VARIABLES, type ChildMessage, parseSupervisorMessage } from './channel-messages.ts'
import { clampDelay } from './clock.ts'
import { DEFAULT_STOP } from './default-stop.ts'
import { drainOutput } from './drain-output.ts'
import { sendMessage } from './send-message.ts'
import { createStopOnce, type StopReason } from './stop-once.ts'

export interface SupervisorLinkOptions {
  /**
   * Graceful shutdown: finish pending work and release resources. Called once, on SIGTERM, SIGINT, SIGHUP, a stop
   * message, or loss of the supervisor. The process exits when this is done, or with code 1 when the time is over that
   * the supervisor allows (`stop` in its options).
   */
  readonly onStop?: (reason: StopReason) => void | Promise<void>
  /** What the supervisor sends with `send`. */
  readonly onMessage?: (data: unknown) => void
}

/** The child's end of its supervision. */
export interface SupervisorLink {
  /** False in a process that was started by hand: signals work all the same, and messages go nowhere. */
  readonly supervised: boolean
  readonly instance: string | null
  /** Aborts when the stop begins, with its {@link StopReason} as reason. */
  readonly stopping: AbortSignal
  /** Reports that the child is ready. From now on a blocked event loop counts as a hang. */
  sendReady(): Promise<boolean>
  /** Sends a small message to the supervisor's `onMessage`; false when it could not be written. */
  send(data: unknown): Promise<boolean>
}

/**
 * Connects this process to its supervisor: heartbeats until it exits, graceful shutdown, exit when the supervisor dies
 * (the channel closes, even after SIGKILL). Call once, at startup.
 */
export function connectToSupervisor({ onStop = () => {}, onMessage }: SupervisorLinkOptions = {}): SupervisorLink {
  const { instance, heartbeatMs, flushMs } = takeVariables()
  const stopping = new AbortController()
  let lastSend: Promise<boolean> = Promise.resolve(false)

  const post = (message: ChildMessage): Promise<boolean> => (lastSend = sendMessage(process, message))
  const stop = createStopOnce({
    flushMs,
    drain: () => Promise.all([lastSend, drainOutput()]),
    onStop: (reason) => {
      if (instance !== null) void post({ supervision: 'stopping', instance })
      stopping.abort(reason)
      return onStop(reason)
    },
  })

  surviveBrokenOutput()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => stop('signal'))
  if (instance !== null) {
    followChannel(stop, onMessage)
    if (heartbeatMs !== null) beat(heartbeatMs, () => post({ supervision: 'heartbeat', instance }))
  }
  return {
    supervised: instance !== null,
    instance,
    stopping: stopping.signal,
    sendReady: () => (instance === null ? Promise.resolve(false) : post({ supervision: 'ready', instance })),
    send: (data) => (instance === null ? Promise.resolve(false) : post({ supervision: 'message', instance, data })),
  }
}

// Removed from the environment, so that programs which this process starts do not believe that they are supervised.
function takeVariables() {
  const take = (name: string): string | undefined => {
    const value = process.env[name]
    delete process.env[name]
    return value
  }
  const heartbeatMs = take(CHILD_VARIABLES.heartbeatMs)
  const requested = Number(take(CHILD_VARIABLES.flushMs) ?? DEFAULT_STOP.requested.flushMs)
  const unrequested = Number(take(CHILD_VARIABLES.unrequestedFlushMs) ?? DEFAULT_STOP.unrequested.flushMs)
  return {
    instance: take(CHILD_VARIABLES.instance) ?? null,
    heartbeatMs: heartbeatMs === undefined ? null : Number(heartbeatMs),
    flushMs: { signal: unrequested, message: requested, supervisor_gone: requested },
  }
}

function followChannel(stop: (reason: StopReason) => void, onMessage: SupervisorLinkOptions['onMessage']): void {
  process.on('message', (input) => {
    const message = parseSupervisorMessage(input)
    if (message?.supervision === 'stop') stop('message')
    else if (message?.supervision === 'message') onMessage?.(message.data)
  })
  process.once('disconnect', () => stop('supervisor_gone'))
  // It may have exited while this process was still loading.
  if (!process.connected) setImmediate(() => stop('supervisor_gone'))
}

// While a heartbeat waits to be written (the supervisor does not read at the moment), another one is not needed.
function beat(intervalMs: number, send: () => Promise<boolean>): void {
  let isWaiting = false
  const timer = setInterval(async () => {
    if (isWaiting) return
    isWaiting = true
    await send()
    isWaiting = false
  }, clampDelay(intervalMs))
  timer.unref()
}

// When the reader of our output is gone, writing raises an error event that would end the process in the middle of its
// graceful shutdown.
function surviveBrokenOutput(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {})
}
