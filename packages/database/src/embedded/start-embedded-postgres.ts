import { installedBinaries } from './binaries.ts'
import type { EmbeddedPostgres, EmbeddedPostgresOptions } from './embedded-postgres.ts'
import { EmbeddedPostgresAccessError, EmbeddedPostgresError } from './errors.ts'
import { ensurePassword } from './password.ts'
import { type RunningServer, runServer } from './run-server.ts'
import { createServerHandle } from './server-handle.ts'
import { openServerHome, type ServerHome } from './server-home.ts'
import type { IdentifyServer } from './server-identity.ts'

/**
 * Starts the server of a state directory, or takes over the one that an earlier owner left running. Resolves when it
 * accepts connections. The database is made on the first call; after a crash the server recovers by itself.
 *
 * Works as an ordinary account, and as root (the server then runs under an unprivileged one). Of two calls at once on
 * one state directory one starts the server and both use it.
 *
 * The server is in a session of its own and outlives its owner if that is killed; call `stop()` to end it.
 *
 * @throws EmbeddedPostgresError with the facts, the cause and the next step.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  options.signal?.throwIfAborted()
  const begun = performance.now()
  const { running, home } = await open(options).catch(explain)
  const facts = { pid: running.server.pid, port: running.address.port, ms: performance.now() - begun }
  if (running.adopted) options.report?.adopted?.(facts)
  else options.report?.started?.(facts)
  return createServerHandle({ ...running, home, options })
}

async function open(options: EmbeddedPostgresOptions): Promise<{
  readonly running: RunningServer
  readonly home: ServerHome
}> {
  const installed = await installedBinaries()
  const { home, account } = await openServerHome(options)
  const readerPassword = await ensurePassword(home.passwordFile)
  const { identify = identifyHere } = options
  const running = await runServer({ ...options, installed, home, account, readerPassword, identify })
  return { running, home }
}

/** In this process. The driver is loaded here, because a caller with an `identify` of its own does not need it. */
const identifyHere: IdentifyServer = async (address, readerPassword) => {
  const { identifyServer } = await import('./identify-server.ts')
  return identifyServer(address, readerPassword)
}

// What is left are the errors of the file system: a full disk, a read-only one, a folder of somebody else.
function explain(error: unknown): never {
  const { path, code } = error as NodeJS.ErrnoException
  if (error instanceof EmbeddedPostgresError || typeof path !== 'string') throw error
  const advice = 'Check the free space, the owner and the permissions there, and start again.'
  throw new EmbeddedPostgresAccessError(path, `the embedded server could not use it (${code})`, advice, {
    cause: error,
  })
}
