import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Binaries, notRunnable } from './binaries.ts'
import { writeHostAccess } from './host-access.ts'
import { writeLockOrigin } from './lock-origin.ts'
import { readPostmasterFile } from './postmaster-file.ts'
import { describeExit, SERVER_ENVIRONMENT } from './run-command.ts'
import { type ServerAccount, spawnIdentity } from './server-account.ts'
import type { ServerAddress } from './server-address.ts'
import type { ServerHome } from './server-home.ts'
import { openServerLog, readLogSince } from './server-log.ts'
import { fromChild, type ServerProcess } from './server-process.ts'
import { serverArguments } from './server-settings.ts'
import { stopServer } from './stop-server.ts'

export interface LaunchOptions {
  readonly home: ServerHome
  readonly binaries: Binaries
  readonly account: ServerAccount | null
  readonly address: ServerAddress
  readonly settings?: Readonly<Record<string, string>> | undefined
  /** A living process that the lock names and that certainly is not a server on this data. */
  readonly stranger: number | null
  readonly signal?: AbortSignal | undefined
}

/** Why a server ended before it was ready; only `failed` is for good. */
export type LaunchFailure = 'port_taken' | 'lock_held' | 'memory_in_use' | 'failed'

export interface FailedLaunch {
  readonly ok: false
  readonly failure: LaunchFailure
  /** In words. */
  readonly exit: string
  /** What it wrote to its log, the end of it. */
  readonly log: string
}

export type Launch = { readonly ok: true; readonly server: ServerProcess } | FailedLaunch

/** Starts a server and waits until it accepts connections (after a crash: until it has recovered) or ends. */
export async function launchServer(options: LaunchOptions): Promise<Launch> {
  const { home, signal } = options
  await writeHostAccess(home.hostAccessFile)
  await writeLockOrigin(home, options.address.socketDir)
  await using log = await openServerLog(home.logFile)
  const { size } = await log.stat()
  const server = await spawnServer(options, log.fd)
  const ended = await endedBeforeReady(server, home.dataDir, signal)
  if (ended) {
    const text = await readLogSince(home.logFile, size)
    return { ok: false, failure: classifyLaunchFailure(text), exit: describeExit(ended.code, ended.signal), log: text }
  }
  return { ok: true, server }
}

/** Reads the log of a server that did not come up. Its language is fixed, see SERVER_ENVIRONMENT. */
export function classifyLaunchFailure(log: string): LaunchFailure {
  if (/could not create any TCP\/IP sockets/.test(log) && /Address already in use/.test(log)) return 'port_taken'
  // A killed server left it, and its process id is that of another program now. Under another port it is not in the way.
  if (/lock file "[^"]*\.s\.PGSQL\.\d+\.lock" already exists/.test(log)) return 'port_taken'
  if (/lock file "postmaster\.pid" already exists/.test(log)) return 'lock_held'
  if (/pre-existing shared memory block .* is still in use/.test(log)) return 'memory_in_use'
  return 'failed'
}

// A session of its own, so that Ctrl+C in the terminal reaches the owner and not the server; the owner stops it in order.
async function spawnServer(options: LaunchOptions, logFd: number): Promise<ServerProcess> {
  const { home, binaries, account, address, settings, stranger } = options
  const { dataDir, hostAccessFile } = home
  const child = spawn(binaries.postgres, serverArguments({ ...address, dataDir, hostAccessFile, settings }), {
    cwd: home.dir,
    env: { ...SERVER_ENVIRONMENT, ...overruleLock(stranger) },
    stdio: ['ignore', logFd, logFd],
    detached: true,
    ...spawnIdentity(account),
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  child.once('spawn', resolve).once('error', (error) => reject(notRunnable(error)))
  await promise
  child.unref()
  if (child.pid === undefined) throw new Error('A spawned server has no pid')
  return fromChild(child, child.pid)
}

/*
 * Postgres judges the pid in a lock with kill(pid, 0) alone (CreateLockFile in miscinit.c): dead, or of another account,
 * is stale; any living process of its own account counts as a server, and the start fails for as long as that process
 * lives. After a reboot or a long time that can be anything. We have looked closer (see judgeLock) and know that it is
 * not a server on this data. Removing the lock would also remove the shared memory id in it, by which Postgres finds
 * children of a dead server. So we say instead that the pid is that of our grandparent, in the variable that pg_ctl has
 * for the very same purpose (the shell that started pg_ctl may have got the old server's pid). Then Postgres takes the
 * lock for stale, still looks at the shared memory, and replaces the lock itself.
 */
function overruleLock(stranger: number | null): Readonly<Record<string, string>> {
  return stranger === null ? {} : { PG_GRANDPARENT_PID: String(stranger) }
}

const READY_POLL_MS = 5

/** How the server ended; null once it is ready. Stops it on abort. */
async function endedBeforeReady(server: ServerProcess, dataDir: string, signal: AbortSignal | undefined) {
  for (;;) {
    const ended = await Promise.race([server.exited, sleep(READY_POLL_MS, null)])
    if (ended) return ended
    if (signal?.aborted) await stopServer(server, 'immediate', 0)
    signal?.throwIfAborted()
    const lock = await readPostmasterFile(dataDir)
    if (lock?.pid === server.pid && lock.status === 'ready') return null
  }
}
