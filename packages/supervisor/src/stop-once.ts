import { inspect } from 'node:util'

/** Why a child is asked to go: by a signal, by its supervisor's message, or because there is no supervisor any more. */
export const STOP_REASONS = ['signal', 'message', 'supervisor_gone'] as const
export type StopReason = (typeof STOP_REASONS)[number]

export interface StopOnceOptions {
  readonly onStop: (reason: StopReason) => void | Promise<void>
  /** Time for `onStop`; after it the process exits with code 1, whatever is still going on. */
  readonly deadlineMs: number
  /** Awaited before the exit, for as long as the deadline allows. */
  readonly drain: () => Promise<unknown>
}

/**
 * The way out of a process: runs `onStop`, sees the output off and exits, with code 0 if all went well. However often
 * and for whatever reasons it is called, it runs once; a second signal neither hurries nor breaks it.
 */
export function createStopOnce({ onStop, deadlineMs, drain }: StopOnceOptions): (reason: StopReason) => void {
  let stopping = false
  return (reason) => {
    if (stopping) return
    stopping = true
    const exitLate = (): never => {
      process.stderr.write(`The orderly stop took longer than ${deadlineMs} ms; leaving without it\n`)
      process.exit(1)
    }
    setTimeout(exitLate, deadlineMs)
    void runOut(() => onStop(reason), drain)
  }
}

async function runOut(onStop: () => void | Promise<void>, drain: () => Promise<unknown>): Promise<void> {
  let code = 0
  try {
    await onStop()
  } catch (error) {
    code = 1
    process.stderr.write(`The orderly stop failed: ${inspect(error)}\n`)
  }
  await drain()
  // What is still open (timers, sockets, the channel) would keep the process alive; `onStop` has had its say.
  process.exit(code)
}
