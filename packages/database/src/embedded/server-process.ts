import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EmbeddedPostgresExit } from './embedded-postgres.ts'
import { type OsProcess, readOsProcess } from './os-process.ts'

/** A server's main process, whether it is our child or was found running. */
export interface ServerProcess {
  readonly pid: number
  readonly exited: Promise<EmbeddedPostgresExit>
  /** Never reaches another process that was given the same pid. */
  signal(name: NodeJS.Signals): Promise<void>
}

/** Node knows when its own child has ended, and sends no signal then. */
export function fromChild(child: ChildProcess, pid: number): ServerProcess {
  const { promise, resolve } = Promise.withResolvers<EmbeddedPostgresExit>()
  if (child.exitCode !== null || child.signalCode !== null) resolve({ code: child.exitCode, signal: child.signalCode })
  child.once('exit', (code, signal) => resolve({ code, signal }))
  return { pid, exited: promise, signal: async (name) => void child.kill(name) }
}

const POLL_INTERVAL_MS = 100

/** A process of somebody else can only be watched from time to time. */
export function fromFound(found: OsProcess): ServerProcess {
  return {
    pid: found.pid,
    exited: waitUntilGone(found),
    signal: async (name) => {
      if (await isStillThere(found)) kill(found.pid, name)
    },
  }
}

async function waitUntilGone(found: OsProcess): Promise<EmbeddedPostgresExit> {
  while (await isStillThere(found)) await sleep(POLL_INTERVAL_MS, undefined, { ref: false })
  return { code: null, signal: null }
}

async function isStillThere(found: OsProcess): Promise<boolean> {
  const now = await readOsProcess(found.pid)
  return now !== null && !now.zombie && now.birth === found.birth
}

function kill(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
