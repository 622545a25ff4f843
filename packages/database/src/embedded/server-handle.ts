import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts'
import type { StopMode } from './report.ts'
import type { RunningServer } from './run-server.ts'
import { serverUrl } from './server-identity.ts'
import { limitServerLog } from './server-log.ts'
import { stopServer } from './stop-server.ts'

interface ServerHandleOptions extends RunningServer {
  readonly password: string
  readonly logFile: string
  readonly options: EmbeddedPostgresOptions
}

/** What the owner of a running server gets. */
export function createServerHandle(running: ServerHandleOptions): EmbeddedPostgres {
  const { server, port, password, options } = running
  const logLimit = limitServerLog(running.logFile)
  const exited = server.exited.finally(() => logLimit[Symbol.dispose]())
  let stopping: Promise<void> | undefined
  return {
    url: serverUrl(port, password),
    port,
    pid: server.pid,
    adopted: running.adopted,
    version: running.identity.version,
    exited,
    stop(mode = 'fast') {
      if (stopping && mode === 'immediate') return Promise.all([stopServer(server, mode, 0), stopping]).then(() => {})
      stopping ??= stopAndReport(running, mode, options)
      return stopping
    },
  }
}

async function stopAndReport(
  running: RunningServer,
  wanted: StopMode,
  options: EmbeddedPostgresOptions,
): Promise<void> {
  const begun = performance.now()
  const mode = await stopServer(running.server, wanted, options.stopTimeoutMs ?? 5000)
  options.report?.stopped?.({ pid: running.server.pid, mode, ms: performance.now() - begun })
}
