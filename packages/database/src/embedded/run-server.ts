import { adoptServer } from './adopt-server.ts'
import type { Binaries } from './binaries.ts'
import { checkDataVersion, initialiseDataDirectory, readDataVersion } from './data-directory.ts'
import type { EmbeddedPostgresOptions } from './embedded-postgres.ts'
import { EmbeddedPostgresIdentityError } from './errors.ts'
import { createLaunchRetries } from './launch-retries.ts'
import { launchServer } from './launch-server.ts'
import { checkLockOrigin } from './lock-origin.ts'
import { usableBinaries } from './runtime-copy.ts'
import { type ServerAddress, socketPath } from './server-address.ts'
import type { OpenedHome } from './server-home.ts'
import type { IdentifyServer, ServerIdentity } from './server-identity.ts'
import { chooseServerPort, rememberServerPort } from './server-port.ts'
import type { ServerProcess } from './server-process.ts'
import { openSocketDirectory } from './socket-directory.ts'
import { stopServer } from './stop-server.ts'

export interface RunServerOptions extends EmbeddedPostgresOptions, OpenedHome {
  readonly installed: Binaries
  readonly readerPassword: string
  readonly identify: IdentifyServer
}

export interface RunningServer {
  readonly server: ServerProcess
  readonly address: ServerAddress
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
    await checkLockOrigin(home)
    const socketDir = await openSocketDirectory(home, options.account)
    const address = { socketDir, port: await chooseServerPort(home.portFile, retries.takenPorts) }
    const binaries = await binariesFor(options)
    const launch = await launchServer({ ...options, stranger: adoption.stranger, address, binaries })
    if (launch.ok) {
      const identity = await prepare(launch.server, address, options)
      return { server: launch.server, address, identity, adopted: false }
    }
    await retries.after(launch, address.port)
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

/** Makes sure that a started server can be used, and stops it if it cannot. */
async function prepare(
  server: ServerProcess,
  address: ServerAddress,
  { identify, readerPassword, home }: RunServerOptions,
): Promise<ServerIdentity> {
  const answer = await identify(address, readerPassword)
  if (!answer.ok) {
    await stopServer(server, 'fast', 5000)
    throw new EmbeddedPostgresIdentityError(socketPath(address), answer.message)
  }
  await rememberServerPort(home.portFile, address.port)
  return answer.identity
}
