import { styleText } from 'node:util'
import type { HealthDocument, HealthStatus, WatcherHealth } from '@turnlog/health'
import { formatBytes, formatCount, formatDuration } from './format-amount.ts'

export interface StatusFormat {
  readonly colour: boolean
  /** Milliseconds since the epoch, to say how long ago things were. */
  readonly now: number
  /** Where the page is; null where that is not known. */
  readonly page: string | null
}

const COLOURS = { ok: 'green', degraded: 'yellow', down: 'red' } as const satisfies Record<HealthStatus, string>
const SIGNS = { ok: '✓', degraded: '!', down: '✗' } as const satisfies Record<HealthStatus, string>

/** Heartbeats come every 5 s; one that is older than this is mentioned. */
const LATE_MS = 10_000

/** The health document for people: what is wrong, and then one line a part. What is as it should be is not counted. */
export function formatStatus(document: HealthDocument, format: StatusFormat): string {
  const { status, reasons } = document
  const paint = (text: string) => (format.colour ? styleText(COLOURS[status], text, { validateStream: false }) : text)
  return [
    `${paint(SIGNS[status])} turnlog is ${paint(status)}`,
    ...reasons.map((reason) => `  ${paint('!')} ${reason}`),
    ...(isAway(document) ? [] : describeParts(document, format).map(([name, words]) => `  ${name.padEnd(9)} ${words}`)),
  ].join('\n')
}

/** Nothing runs that there was something to say of. */
function isAway({ watcher, web, database }: HealthDocument): boolean {
  return watcher.state === 'stopped' && watcher.pid === null && !web.running && !database.reachable
}

function describeParts(document: HealthDocument, format: StatusFormat): readonly (readonly [string, string])[] {
  const { watcher, writer, source, database, web } = document
  return [
    ['page', describeWeb(web, format.page)],
    ['watcher', describeWatcher(watcher, format.now)],
    ['files', describeFiles(source)],
    ['recorded', describeWriter(writer, format.now)],
    ['database', describeDatabase(database)],
  ]
}

function describeWeb({ running, pid, restart_count: restarts }: HealthDocument['web'], page: string | null): string {
  return list(
    running ? (page ?? 'running') : 'not running',
    restarts > 0 && formatCount(restarts, 'restart'),
    pid !== null && `process ${pid}`,
  )
}

function describeWatcher(watcher: WatcherHealth, now: number): string {
  const { state, ready, pid, restart_count: restarts, last_heartbeat_at: heartbeat, last_exit: exit } = watcher
  const up = since(watcher.started_at, now)
  return list(
    state === 'running' ? (ready ? 'ready' : 'not ready yet') : state.replaceAll('_', ' '),
    up !== null && `up ${up}`,
    restarts > 0 && formatCount(restarts, 'restart'),
    heartbeat !== null && now - Date.parse(heartbeat) > LATE_MS && `last heartbeat ${ago(heartbeat, now)}`,
    exit !== null && `last exit ${ago(exit.at, now)}: ${exit.signal ?? exit.error ?? `code ${exit.code}`}`,
    pid !== null && `process ${pid}`,
  )
}

function describeFiles(source: HealthDocument['source']): string {
  return list(
    formatCount(source.files, 'transcript'),
    source.active_files > 0 && `${source.active_files} in use`,
    source.bytes_behind > 0 ? `${formatBytes(source.bytes_behind)} to be read` : 'all is read',
    source.quarantined_files.length > 0 &&
      `${formatCount(source.quarantined_files.length, 'transcript')} in quarantine`,
    source.skipped_lines > 0 && `${formatCount(source.skipped_lines, 'line')} skipped`,
  )
}

function describeWriter(writer: HealthDocument['writer'], now: number): string {
  return list(
    `${formatCount(writer.written_count, 'event')} since the start`,
    writer.last_write_timestamp !== null && `the last ${ago(writer.last_write_timestamp, now)}`,
    writer.pending_count > 0 && `${writer.pending_count} under way`,
    writer.failed_write_count > 0 && `${writer.failed_write_count} failed`,
    writer.spooled_count > 0 && `${writer.spooled_count} on disk`,
    writer.dead_letter_count > 0 && `${formatCount(writer.dead_letter_count, 'dead letter')}`,
  )
}

function describeDatabase({ reachable, version, embedded }: HealthDocument['database']): string {
  return list(
    version === null ? 'PostgreSQL' : `PostgreSQL ${version}`,
    embedded && 'embedded',
    reachable ? 'answers' : 'does not answer',
  )
}

function list(...facts: readonly (string | false)[]): string {
  return facts.filter((fact) => fact !== false).join(' · ')
}

function since(date: string | null, now: number): string | null {
  return date === null ? null : formatDuration(Math.max(0, now - Date.parse(date)))
}

function ago(date: string | null, now: number): string | null {
  const span = since(date, now)
  return span === null ? null : `${span} ago`
}
