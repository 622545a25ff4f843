import { findHolder } from './adopt-server.ts'
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts'
import { stopOrphans } from './orphans.ts'
import type { StopMode } from './report.ts'
import type { RunningServer } from './run-server.ts'
import { ROLES, socketUrl } from './server-address.ts'
import type { ServerHome } from './server-home.ts'
import { limitServerLog } from './server-log.ts'
import { stopServer } from './stop-server.ts'

interface ServerHandleOptions extends RunningServer {
  readonly home: ServerHome
  readonly options: EmbeddedPostgresOptions
}

/** What the owner of a running server gets. */
export function createServerHandle(running: ServerHandleOptions): EmbeddedPostgres {
  const { server, address, options } = running
  const logLimit = limitServerLog(running.home.logFile)
  const exited = server.exited.finally(() => logLimit[Symbol.dispose]())
  let stopping: Promise<void> | undefined
  return {
    url: socketUrl(address, ROLES.owner),
    superuserUrl: socketUrl(address, ROLES.superuser),
    port: address.port,
    pid: server.pid,
    adopted: running.adopted,
    version: running.identity.version,
    exited,
    stop(mode = 'fast') {
      if (stopping && mode === 'immediate') return Promise.all([stopAtOnce(running), stopping]).then(() => {})
      stopping ??= stopAndReport(running, mode, options)
      return stopping
    },
  }
}

async function stopAndReport(
  running: ServerHandleOptions,
  wanted: StopMode,
  options: EmbeddedPostgresOptions,
): Promise<void> {
  const begun = performance.now()
  const mode = await stopServer(running.server, wanted, options.stopTimeoutMs ?? 5000, options.immediateTimeoutMs)
  if (mode === 'immediate') await stopRest(running.home.dataDir)
  options.report?.stopped?.({ pid: running.server.pid, mode, ms: performance.now() - begun })
}

async function stopAtOnce({ server, home, options }: ServerHandleOptions): Promise<void> {
  await stopServer(server, 'immediate', 0, options.immediateTimeoutMs)
  await stopRest(home.dataDir)
}

/** A server's children follow it by themselves, but for those that were stopped in their tracks. */
async function stopRest(dataDir: string): Promise<void> {
  // Somebody may have started the next server in the meantime.
  if ((await findHolder(dataDir)).kind === 'none') await stopOrphans(dataDir)
}
