import { styleText } from 'node:util'
import type { HealthDocument, HealthStatus, WatcherHealth } from '@turnlog/health'
import { formatBytes, formatCount, formatDuration } from './format-amount.ts'

export interface StatusFormat {
  readonly colour: boolean
  /** Milliseconds since the epoch, to say how long ago things were. */
  readonly now: number
}

const COLOURS = { ok: 'green', degraded: 'yellow', down: 'red' } as const satisfies Record<HealthStatus, string>

/** The health document for people: one line a part, then what is wrong. */
export function formatStatus(document: HealthDocument, { colour, now }: StatusFormat): string {
  const { status, reasons } = document
  const headline = `turnlog is ${status}`
  return [
    colour ? styleText(COLOURS[status], headline, { validateStream: false }) : headline,
    ...describeParts(document, now).map(([name, words]) => `  ${name.padEnd(8)}  ${words}`),
    ...reasons.map((reason) => `  ! ${reason}`),
  ].join('\n')
}

function describeParts(document: HealthDocument, now: number): readonly (readonly [string, string])[] {
  const { watcher, writer, source, database, web } = document
  return [
    ['watcher', describeWatcher(watcher, now)],
    [
      'writer',
      list(
        `${formatCount(writer.written_count, 'event')} written`,
        `${writer.failed_write_count} failed`,
        `${writer.pending_count} pending`,
        writer.spooled_count > 0 && `${writer.spooled_count} on disk`,
        writer.dead_letter_count > 0 && `${formatCount(writer.dead_letter_count, 'dead letter')}`,
        `last write ${ago(writer.last_write_timestamp, now) ?? 'none yet'}`,
      ),
    ],
    [
      'source',
      list(
        `${formatCount(source.files, 'file')}, ${source.active_files} active`,
        `${formatBytes(source.bytes_behind)} behind`,
        source.skipped_lines > 0 && `${formatCount(source.skipped_lines, 'line')} skipped`,
      ),
    ],
    [
      'database',
      list(
        database.reachable ? 'reachable' : 'not reachable',
        database.version !== null && `PostgreSQL ${database.version}`,
        database.embedded && 'embedded',
      ),
    ],
    [
      'web',
      list(
        web.running ? 'running' : 'not running',
        web.pid !== null && `process ${web.pid}`,
        web.restart_count > 0 && formatCount(web.restart_count, 'restart'),
      ),
    ],
  ]
}

function describeWatcher(watcher: WatcherHealth, now: number): string {
  const { state, ready, pid, last_exit: exit } = watcher
  const up = since(watcher.started_at, now)
  return list(
    state === 'running' ? (ready ? 'running, ready' : 'running, not ready yet') : state.replaceAll('_', ' '),
    pid !== null && `process ${pid}`,
    up !== null && `up ${up}`,
    formatCount(watcher.restart_count, 'restart'),
    watcher.last_heartbeat_at !== null && `last heartbeat ${ago(watcher.last_heartbeat_at, now)}`,
    exit !== null && `last exit ${ago(exit.at, now)}: ${exit.signal ?? exit.error ?? `code ${exit.code}`}`,
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
