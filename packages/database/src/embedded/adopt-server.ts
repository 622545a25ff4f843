import { stat } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { EmbeddedPostgresIdentityError, EmbeddedPostgresOccupiedError } from './errors.ts'
import { judgeLock } from './judge-lock.ts'
import { directoryIdentity, type OsProcess, readOsProcess } from './os-process.ts'
import { type PostmasterFile, readPostmasterFile } from './postmaster-file.ts'
import { type ServerAddress, socketPath } from './server-address.ts'
import type { IdentifyServer, ServerIdentity } from './server-identity.ts'
import { fromFound, type ServerProcess } from './server-process.ts'

export type Adoption =
  | {
      readonly found: true
      readonly server: ServerProcess
      readonly address: ServerAddress
      readonly identity: ServerIdentity
    }
  /** `stranger`: a living process that the lock names although it is not the server. */
  | { readonly found: false; readonly stranger: number | null }

export interface AdoptOptions {
  readonly dataDir: string
  readonly readerPassword: string
  readonly identify: IdentifyServer
  /** How long a server that says it is ready may leave us without an answer, in milliseconds. */
  readonly answerTimeoutMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

// A server that was told to stop smartly waits for its clients indefinitely. Told to stop fast as well, it does.
const STOP_PATIENCE_MS = 2000

/**
 * Takes over the server that already runs on a data directory, once it is ready. One that is coming up is waited for,
 * one that is going down is waited out, and one without a socket (of an older version, or its file was removed) is
 * stopped. What the lock says is believed only as far as the operating system and the server itself confirm it.
 */
export async function adoptServer(options: AdoptOptions): Promise<Adoption> {
  const { dataDir, signal, answerTimeoutMs = 10_000 } = options
  let unansweredSince: number | null = null
  let stoppingSince: number | null = null
  for (;;) {
    signal?.throwIfAborted()
    const holder = await findHolder(dataDir)
    if (holder.kind !== 'ours') return { found: false, stranger: holder.stranger }
    if (holder.lock.status === 'ready') {
      const address = await findAddress(holder.lock)
      if (address === null) await fromFound(holder.process).signal('SIGINT')
      const adoption = address && (await tryAdopt(holder, address, options))
      if (adoption) return adoption
      unansweredSince ??= performance.now()
      if (performance.now() - unansweredSince > answerTimeoutMs) throw unresponsive(dataDir, holder.lock.pid)
    }
    if (holder.lock.status === 'stopping') {
      stoppingSince ??= performance.now()
      if (performance.now() - stoppingSince > STOP_PATIENCE_MS) await fromFound(holder.process).signal('SIGINT')
    }
    await sleep(20)
  }
}

export interface LivingHolder {
  readonly kind: 'ours'
  readonly lock: PostmasterFile
  readonly process: OsProcess
}

/** Whether a server of ours runs on a data directory, by its lock and the operating system. */
export async function findHolder(
  dataDir: string,
): Promise<LivingHolder | { readonly kind: 'none'; readonly stranger: number | null }> {
  const lock = await readPostmasterFile(dataDir)
  if (lock === null) return { kind: 'none', stranger: null }
  const process = await readOsProcess(lock.pid)
  const verdict = judgeLock(lock, process, await directoryIdentity(dataDir))
  if (verdict === 'ours' && process) return { kind: 'ours', lock, process }
  return { kind: 'none', stranger: verdict === 'stranger' ? lock.pid : null }
}

/** Null if the server could not answer now. */
async function tryAdopt(
  { lock, process }: LivingHolder,
  address: ServerAddress,
  { dataDir, readerPassword, identify }: AdoptOptions,
): Promise<Adoption | null> {
  const answer = await identify(address, readerPassword)
  if (answer.ok) {
    await confirm(answer.identity, lock, dataDir)
    return { found: true, server: fromFound(process), address, identity: answer.identity }
  }
  if (answer.failure === 'not_ready') return null
  throw new EmbeddedPostgresIdentityError(socketPath(address), answer.message)
}

/** Where a server that is ready listens; null if there is no socket. */
async function findAddress({ socketDir, port }: PostmasterFile): Promise<ServerAddress | null> {
  if (socketDir === null || port === null) return null
  const address = { socketDir, port }
  return (await exists(socketPath(address))) ? address : null
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null
}

async function confirm(identity: ServerIdentity, lock: PostmasterFile, dataDir: string): Promise<void> {
  const same = (await directoryIdentity(identity.dataDir)) === (await directoryIdentity(dataDir))
  // The lock has the time at which the process began, the server the one at which it had read its settings.
  const sameStart = Math.abs(identity.startedAt - lock.startedAt) <= 10
  if (same && sameStart) return
  throw new EmbeddedPostgresOccupiedError(
    dataDir,
    lock.pid,
    `the server behind its socket says that its data is in ${identity.dataDir} and that it started at ${new Date(identity.startedAt * 1000).toISOString()}, which does not fit the lock`,
    'Stop the server that should not be there, and start again.',
  )
}

function unresponsive(dataDir: string, pid: number): EmbeddedPostgresOccupiedError {
  const advice = `Look at the end of its log; \`kill -QUIT ${pid}\` (then -KILL) ends it, and the next start recovers the data.`
  return new EmbeddedPostgresOccupiedError(dataDir, pid, 'it is a server on this data, but does not answer', advice)
}
