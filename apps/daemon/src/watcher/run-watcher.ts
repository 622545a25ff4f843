import { hostname } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '@turnlog/config'
import { type Connection, readCursors } from '@turnlog/database'
import type { SupervisorLink } from '@turnlog/supervisor/child'
import { type FileCursor, type TranscriptWatcher, type WatcherEnd, watchTranscripts } from '@turnlog/watcher'
import { acquireLease, createEventWriter, type EventWriter, type Lease } from '@turnlog/writer'
import type { Logger } from '../logging/create-logger.ts'
import { openDatabase } from './open-database.ts'
import { StatusTeller } from './status-teller.ts'
import { createWatcherReport } from './watcher-report.ts'
import { createWriterReport } from './writer-report.ts'

export interface WatcherProcess {
  readonly settings: Settings
  readonly log: Logger
  readonly link: Pick<SupervisorLink, 'send' | 'stopping'>
}

/**
 * The watcher process from database to last commit: connects, takes the host's lease, reads the cursors, and follows
 * the transcripts until it is told to stop or somebody else takes over. What was not committed by then is read again
 * by the next one.
 */
export async function runWatcher({ settings, log, link }: WatcherProcess): Promise<WatcherEnd> {
  const teller = new StatusTeller(link)
  const host = hostname()
  await using connection = await openDatabase({
    url: settings.database.url,
    poolSize: settings.database.poolSize,
    signal: link.stopping,
    onWaiting: (error) => teller.waitFor(`the database does not answer: ${error.message}`),
  })
  await using lease = await takeLease(connection, host, link.stopping, teller)
  await using writer = createWriter(settings, connection, host, lease, log)
  const cursors = (await readCursors(connection.db, host)) as readonly FileCursor[]
  await using watcher = startWatching(settings, cursors, writer, log)
  lease.lost.addEventListener('abort', () => void watcher.stop(), { once: true })
  link.stopping.addEventListener('abort', () => void watcher.stop(), { once: true })
  await watcher.ready
  teller.follow(watcher, writer)
  const end = await watcher.done
  teller.close()
  return lease.lost.aborted && end === 'stopped' ? 'fenced' : end
}

function takeLease(connection: Connection, host: string, signal: AbortSignal, teller: StatusTeller): Promise<Lease> {
  return acquireLease({
    connection,
    host,
    holder: `turnlog watcher, process ${process.pid} on ${host}`,
    signal,
    onWaiting: ({ holder }) =>
      teller.waitFor(`another watcher records the transcripts of ${host} into this database (${holder ?? 'unknown'})`),
  })
}

function createWriter(settings: Settings, { db }: Connection, host: string, lease: Lease, log: Logger): EventWriter {
  const { writeRetryAttempts, writeRetryDelayMs, shutdownTimeoutSeconds } = settings.eventSystem
  return createEventWriter({
    db,
    host,
    lease,
    retry: { attempts: writeRetryAttempts, delayMs: writeRetryDelayMs },
    spool: { directory: join(settings.stateDir, 'spool') },
    closeTimeoutMs: shutdownTimeoutSeconds * 400,
    report: createWriterReport(log),
  })
}

function startWatching(
  settings: Settings,
  cursors: readonly FileCursor[],
  writer: EventWriter,
  log: Logger,
): TranscriptWatcher {
  const { pollingIntervalSeconds, reconcileIntervalSeconds, inactivityTimeoutSeconds, maxLineBytes } =
    settings.fileWatcher
  return watchTranscripts({
    sources: settings.sources,
    cursors,
    deliver: (segment) => writer.writeSegment(segment),
    pollingIntervalMs: pollingIntervalSeconds * 1000,
    reconcileIntervalMs: reconcileIntervalSeconds * 1000,
    inactivityTimeoutMs: inactivityTimeoutSeconds * 1000,
    maxLineBytes,
    report: createWatcherReport(log),
  })
}
