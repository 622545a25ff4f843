import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgresOccupiedError, EmbeddedPostgresStartError } from './errors.ts'
import type { FailedLaunch, LaunchFailure } from './launch-server.ts'
import { stopOrphans } from './orphans.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import type { EmbeddedPostgresReport } from './report.ts'
import type { ServerHome } from './server-home.ts'

// How long we try again after failures that pass by themselves.
const DEADLINE_MS = 20_000
const INTERVAL_MS = 50
/** Children of a killed server end within milliseconds, unless they are deep in a computation. */
const ORPHAN_PATIENCE_MS = 2000

export interface LaunchRetries {
  /** Ports that somebody else took in the meantime. */
  readonly takenPorts: ReadonlySet<number>
  /** Resolves when it is time for the next try; throws if there is no use in one. */
  after(launch: FailedLaunch, port: number): Promise<void>
}

export function createLaunchRetries(home: ServerHome, report?: Partial<EmbeddedPostgresReport>): LaunchRetries {
  const begun = performance.now()
  const takenPorts = new Set<number>()
  let reported: LaunchFailure | null = null
  return {
    takenPorts,
    async after(launch, port) {
      const waited = performance.now() - begun
      if (launch.failure === 'failed' || waited > DEADLINE_MS) throw await startError(launch, home)
      if (launch.failure !== reported) report?.retrying?.({ reason: launch.failure })
      reported = launch.failure
      if (launch.failure === 'port_taken') takenPorts.add(port)
      if (launch.failure === 'memory_in_use' && waited > ORPHAN_PATIENCE_MS) await stopOrphans(home.dataDir)
      await sleep(INTERVAL_MS)
    },
  }
}

async function startError(launch: FailedLaunch, home: ServerHome): Promise<Error> {
  const lock = launch.failure === 'lock_held' ? await readPostmasterFile(home.dataDir) : null
  if (!lock) return new EmbeddedPostgresStartError({ ...launch, dataDir: home.dataDir, logFile: home.logFile })
  return new EmbeddedPostgresOccupiedError(
    home.dataDir,
    lock.pid,
    'postgres takes it for a server on this data, and too little can be seen of it to tell otherwise',
    `End it. If it is certain that no postgres runs on this data, remove ${home.dataDir}/postmaster.pid instead.`,
  )
}
