import { inspect } from 'node:util'

/** Why a child stops: a signal, a message of its supervisor, or the loss of its supervisor. */
export const STOP_REASONS = ['signal', 'message', 'supervisor_gone'] as const
export type StopReason = (typeof STOP_REASONS)[number]

export interface StopOnceOptions {
  readonly onStop: (reason: StopReason) => void | Promise<void>
  /** Time for `onStop`, by reason; after it the process exits with code 1, whatever is still under way. */
  readonly flushMs: Readonly<Record<StopReason, number>>
  /** Awaited before the exit, for as long as the time allows. */
  readonly drain: () => Promise<unknown>
}

/**
 * Graceful shutdown of a process: runs `onStop`, drains the output and exits, with code 0 if everything succeeded. It
 * runs once, however often it is called and for whatever reasons. A later call can shorten the time, because a signal
 * and the supervisor's message about the same stop arrive in any order; it never extends it.
 */
export function createStopOnce({ onStop, flushMs, drain }: StopOnceOptions): (reason: StopReason) => void {
  let beganAt: number | null = null
  let deadline = Number.POSITIVE_INFINITY
  let timer: NodeJS.Timeout | undefined
  return (reason) => {
    const now = performance.now()
    const isFirst = beganAt === null
    const since = beganAt ?? now
    beganAt = since
    if (now + flushMs[reason] < deadline) {
      deadline = now + flushMs[reason]
      clearTimeout(timer)
      timer = setTimeout(() => exitLate(deadline - since), flushMs[reason])
    }
    if (isFirst) void runOut(() => onStop(reason), drain)
  }
}

function exitLate(afterMs: number): never {
  process.stderr.write(`The graceful shutdown took longer than ${Math.round(afterMs)} ms; exiting without it\n`)
  process.exit(1)
}

async function runOut(onStop: () => void | Promise<void>, drain: () => Promise<unknown>): Promise<void> {
  let code = 0
  try {
    await onStop()
  } catch (error) {
    code = 1
    process.stderr.write(`The graceful shutdown failed: ${inspect(error)}\n`)
  }
  await drain()
  // What is still open (timers, sockets, the channel) would keep the process alive, so exit explicitly after `onStop`.
  process.exit(code)
}
