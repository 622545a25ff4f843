import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '@turnlog/config'
import { type Connection, readCursorPages } from '@turnlog/database'
import type { SupervisorLink } from '@turnlog/supervisor/child'
import {
  type FileCursor,
  type TranscriptWatcher,
  type WatcherEnd,
  type WatcherReport,
  watchTranscripts,
} from '@turnlog/watcher'
import { acquireLease, createEventWriter, type EventWriter, type Lease, type WriterReport } from '@turnlog/writer'
import type { Logger } from '../logging/create-logger.ts'
import { shutdownBudget } from '../shutdown-budget.ts'
import { createCrashPoints } from './crash-points.ts'
import { toLeaseName } from './lease-name.ts'
import { openDatabase } from './open-database.ts'
import { OpenDeadLetters } from './open-dead-letters.ts'
import { readStateDirectoryId } from './state-directory-id.ts'
import { StatusTeller } from './status-teller.ts'
import { createWatcherReport } from './watcher-report.ts'
import { createWriterReport } from './writer-report.ts'

/** How long closing waits for the answers of a database, in milliseconds. */
const CLOSE_GRACE_MS = 100

/** What this process knows about its earlier leases. */
export interface LeaseHistory {
  /** The epoch of the last one; null before the first. */
  lastEpoch: string | null
  /** How often another watcher took the lease from this process. */
  timesLost: number
}

export interface WatcherProcess {
  readonly settings: Settings
  readonly log: Logger
  readonly link: Pick<SupervisorLink, 'send' | 'stopping'>
  /** Where the database is; pending for as long as that is not known. */
  readonly databaseUrl: Promise<string>
  readonly leases: LeaseHistory
}

/**
 * The watcher process from database to last commit: connects, takes the host's lease, reads the cursors, and follows
 * the transcripts until it is asked to stop or another watcher takes the lease. What was not committed by then is read
 * again by the next one.
 */
export async function runWatcher({ settings, log, link, databaseUrl, leases }: WatcherProcess): Promise<WatcherEnd> {
  const sources = settings.sources.map(({ path }) => path)
  using teller = new StatusTeller(link, sources)
  const host = hostname()
  await using connection = await openDatabase({
    url: await orAborted(databaseUrl, link.stopping),
    poolSize: settings.database.poolSize,
    signal: link.stopping,
    onWaiting: (error) => teller.waitForDatabase(error),
  })
  // By then the writer has no batch in flight that matters, so a database that does not answer is not waited for.
  await using _ = { [Symbol.asyncDispose]: () => connection.close(CLOSE_GRACE_MS) }
  const reached = createCrashPoints(process.env)
  const stateDirectoryId = readStateDirectoryId(settings.stateDir)
  await using lease = await orGone(
    takeLease({ connection, host, stateDirectoryId, signal: link.stopping, teller, leases, reached }),
  )
  await using writer = createWriter(settings, connection, lease, {
    ...createWriterReport(log),
    ...(reached && { reached }),
  })
  await using watcher = await startWatching(settings, connection, writer, createReport(log, teller))
  lease.lost.addEventListener('abort', () => void watcher.stop(), { once: true })
  // At the same time: in an outage, segments in flight are settled only by closing the writer.
  const stop = (): void => void Promise.all([watcher.stop(), writer.close(writerTime(settings, link.stopping))])
  link.stopping.addEventListener('abort', stop, { once: true })
  await watcher.ready
  teller.connectedTo(await orGone(readServerVersion(connection)))
  await using deadLetters = new OpenDeadLetters(connection.db, host)
  teller.follow(watcher, writer, deadLetters)
  const end = await watcher.done
  const isFenced = end === 'fenced' || (lease.lost.aborted && end === 'stopped')
  return isFenced ? 'fenced' : end
}

interface TakeLease {
  readonly connection: Connection
  readonly host: string
  readonly stateDirectoryId: string
  readonly signal: AbortSignal
  readonly teller: StatusTeller
  readonly leases: LeaseHistory
  readonly reached: ((moment: string) => void) | undefined
}

async function takeLease({
  connection,
  host,
  stateDirectoryId,
  signal,
  teller,
  leases,
  reached,
}: TakeLease): Promise<Lease> {
  const lease = await acquireLease({
    db: connection.db,
    name: toLeaseName(host),
    holder: {
      stateDirectoryId,
      instance: `turnlog watcher, process ${process.pid} on ${host}`,
    },
    isFirst: leases.lastEpoch === null,
    lastEpoch: leases.lastEpoch,
    signal,
    onWaiting: ({ instance }) => {
      if (leases.lastEpoch !== null) leases.timesLost += 1
      teller.waitForOther(host, instance, leases.timesLost)
    },
    ...(reached && { report: { reached } }),
  })
  leases.lastEpoch = lease.epoch
  return lease
}

/** To the log, and to the status for as long as it lasts. */
function createReport(log: Logger, teller: StatusTeller): WatcherReport {
  const report = createWatcherReport(log)
  return {
    ...report,
    unreadable(path, error) {
      report.unreadable?.(path, error)
      teller.unreadable.add(path, error)
    },
  }
}

function createWriter(settings: Settings, { db }: Connection, lease: Lease, report: WriterReport): EventWriter {
  const { writeRetryAttempts, writeRetryDelayMs } = settings.eventSystem
  return createEventWriter({
    db,
    host: hostname(),
    lease,
    retry: { attempts: writeRetryAttempts, delayMs: writeRetryDelayMs },
    spool: { directory: join(settings.stateDir, 'spool') },
    report,
  })
}

/** How long the writer may write during a stop, in milliseconds. */
function writerTime({ eventSystem }: Settings, stopping: AbortSignal): number {
  const { requested, unrequested } = shutdownBudget(eventSystem.shutdownTimeoutSeconds)
  return (stopping.reason === 'signal' ? unrequested : requested).writerMs
}

/** In a function that ends: one that goes on would hold the cursors, thousands of them, for as long. */
async function startWatching(
  settings: Settings,
  connection: Connection,
  writer: EventWriter,
  report: WatcherReport,
): Promise<TranscriptWatcher> {
  const { pollingIntervalSeconds, reconcileIntervalSeconds, inactivityTimeoutSeconds, maxLineBytes } =
    settings.fileWatcher
  return watchTranscripts({
    sources: settings.sources,
    cursors: await orGone(readAllCursors(connection, hostname())),
    deliver: (segment) => writer.writeSegment(segment),
    pollingIntervalMs: pollingIntervalSeconds * 1000,
    reconcileIntervalMs: reconcileIntervalSeconds * 1000,
    inactivityTimeoutMs: inactivityTimeoutSeconds * 1000,
    maxLineBytes,
    stateDirectory: settings.stateDir,
    report,
  })
}

async function readAllCursors({ db }: Connection, host: string): Promise<readonly FileCursor[]> {
  const cursors: FileCursor[] = []
  for await (const page of readCursorPages(db, host)) cursors.push(...(page as readonly FileCursor[]))
  return cursors
}

/** The database went away between two of the steps that lead to watching. Begin again with the first. */
export class DatabaseGoneError extends Error {
  constructor(options: { readonly cause: Error }) {
    super(options.cause.message, options)
    this.name = 'DatabaseGoneError'
  }
}

function orGone<Value>(answer: Promise<Value>): Promise<Value> {
  return answer.catch((cause: Error) => {
    throw new DatabaseGoneError({ cause })
  })
}

async function readServerVersion({ pool }: Connection): Promise<string> {
  const { rows } = await pool.query<{ version: string }>("select current_setting('server_version') as version")
  // Distributions add their own: `17.2 (Debian 17.2-1)`.
  return rows[0]?.version.split(' ', 1)[0] ?? 'unknown'
}

function orAborted<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted()
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  return Promise.race([promise, aborted])
}
