import { setTimeout as sleep } from 'node:timers/promises'
import type { StopMode } from './report.ts'
import type { ServerProcess } from './server-process.ts'

/** As pg_ctl has it. https://www.postgresql.org/docs/18/server-shutdown.html */
const STOP_SIGNALS = { smart: 'SIGTERM', fast: 'SIGINT', immediate: 'SIGQUIT' } as const satisfies Record<
  StopMode,
  NodeJS.Signals
>

// An immediate stop gives the server's children five seconds before it kills them itself. One that takes longer does not
// run at all (stopped, or stuck in the kernel).
const IMMEDIATE_TIMEOUT_MS = 6000

/**
 * Stops a server and resolves when it is gone; harder after `timeoutMs`, and with SIGKILL when an immediate stop took
 * `immediateTimeoutMs` as well. Returns the mode that did it.
 */
export async function stopServer(
  server: ServerProcess,
  mode: StopMode,
  timeoutMs: number,
  immediateTimeoutMs = IMMEDIATE_TIMEOUT_MS,
): Promise<StopMode> {
  await server.signal(STOP_SIGNALS[mode])
  // One that was stopped in its tracks hears the signal only when it goes on; to any other this means nothing.
  await server.signal('SIGCONT')
  if (mode !== 'immediate') {
    if (await goneWithin(server, timeoutMs)) return mode
    await server.signal(STOP_SIGNALS.immediate)
  }
  while (!(await goneWithin(server, immediateTimeoutMs))) await server.signal('SIGKILL')
  return 'immediate'
}

async function goneWithin(server: ServerProcess, ms: number): Promise<boolean> {
  const timer = new AbortController()
  const late = sleep(ms, false, { signal: timer.signal }).catch(() => false)
  const gone = await Promise.race([server.exited.then(() => true), late])
  timer.abort()
  return gone
}
