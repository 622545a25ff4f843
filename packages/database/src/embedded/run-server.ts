import { adoptServer } from './adopt-server.ts'
import type { Binaries } from './binaries.ts'
import { checkDataVersion, initialiseDataDirectory, readDataVersion } from './data-directory.ts'
import type { EmbeddedPostgresOptions } from './embedded-postgres.ts'
import { EmbeddedPostgresIdentityError } from './errors.ts'
import { createLaunchRetries } from './launch-retries.ts'
import { launchServer } from './launch-server.ts'
import { resetPassword } from './reset-password.ts'
import { usableBinaries } from './runtime-copy.ts'
import type { OpenedHome } from './server-home.ts'
import type { IdentifyServer, ServerIdentity } from './server-identity.ts'
import { chooseServerPort, rememberServerPort } from './server-port.ts'
import type { ServerProcess } from './server-process.ts'
import { stopServer } from './stop-server.ts'

export interface RunServerOptions extends EmbeddedPostgresOptions, OpenedHome {
  readonly installed: Binaries
  readonly password: string
  readonly identify: IdentifyServer
}

export interface RunningServer {
  readonly server: ServerProcess
  readonly port: number
  readonly identity: ServerIdentity
  readonly adopted: boolean
}

/*
 * adopt ──found──► running
 *   │ ▲
 *   │ └─ lock held: another start was faster │ port taken │ memory in use: children of a killed server still end
 *   ▼                                        │
 * initialise (once) ──► launch ──────────────┴──ready──► running
 *                          └── anything else: EmbeddedPostgresStartError
 */
export async function runServer(options: RunServerOptions): Promise<RunningServer> {
  const { home, report } = options
  const retries = createLaunchRetries(home, report)
  for (;;) {
    await ensureData(options)
    const adoption = await adoptServer({ ...options, dataDir: home.dataDir })
    if (adoption.found) return { ...adoption, adopted: true }
    if (adoption.stranger !== null) report?.staleLock?.({ pid: adoption.stranger })
    const port = await chooseServerPort(home.portFile, retries.takenPorts)
    const binaries = await binariesFor(options)
    const launch = await launchServer({ ...options, stranger: adoption.stranger, port, binaries })
    if (!launch.ok) {
      await retries.after(launch, port)
      continue
    }
    const identity = await welcome(launch.server, port, options)
    if (identity) return { server: launch.server, port, identity, adopted: false }
    await resetPassword({ ...options, binaries })
  }
}

async function ensureData(options: RunServerOptions): Promise<void> {
  const { home, installed } = options
  const version = await readDataVersion(home.dataDir)
  if (version !== null) return checkDataVersion(home.dataDir, version, installed)
  const sync = options.settings?.fsync !== 'off'
  await initialiseDataDirectory({ ...options, dataDir: home.dataDir, binaries: await binariesFor(options), sync })
}

function binariesFor({ installed, home, account, report }: RunServerOptions): Promise<Binaries> {
  return usableBinaries({ installed, runtimeDir: home.runtimeDir, account, report })
}

/** Makes sure that we can use the server; null (and the server stopped) if it does not take our password. */
async function welcome(server: ServerProcess, port: number, options: RunServerOptions): Promise<ServerIdentity | null> {
  const answer = await options.identify(port, options.password)
  if (answer.ok) {
    await rememberServerPort(options.home.portFile, port)
    return answer.identity
  }
  await stopServer(server, 'fast', 5000)
  if (answer.failure === 'wrong_password') return null
  throw new EmbeddedPostgresIdentityError(port, answer.message)
}
