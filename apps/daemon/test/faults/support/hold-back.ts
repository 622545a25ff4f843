import { setTimeout as sleep } from 'node:timers/promises'
import { descendantsOf } from '../../support/processes.ts'

const CYCLE_MS = 100

/** Lets a process and all below it run for a share of the time only, as on a machine with too much other work. */
export function holdBack(pid: number, share: number): AsyncDisposable {
  const stop = new AbortController()
  const done = cycle(pid, share, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await done
    },
  }
}

async function cycle(pid: number, share: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    // Looked up each time: a child that is started meanwhile is held back as well.
    const pids = [pid, ...descendantsOf(pid)]
    send(pids, 'SIGSTOP')
    await sleep(CYCLE_MS * (1 - share))
    send(pids, 'SIGCONT')
    await sleep(CYCLE_MS * share)
  }
}

function send(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal)
    } catch {
      // It is gone.
    }
  }
}
