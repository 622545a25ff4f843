import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { CHILD_STATES, HEALTH_STATUSES, type HealthDocument } from './health-document.ts'

/** The metrics of the process that makes it, and of the documents that it is given. */
export interface HealthMetrics {
  readonly contentType: string
  /** The text for Prometheus. */
  render(document: HealthDocument): Promise<string>
}

export interface HealthMetricsOptions {
  readonly version: string
  /** Milliseconds since the epoch, to compare with the times in the document. @default Date.now */
  readonly now?: () => number
}

/** Names as https://prometheus.io/docs/practices/naming has them: base units, `_total` for what only grows. */
export function createHealthMetrics({ version, now = Date.now }: HealthMetricsOptions): HealthMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  dropMisnamed(registry)
  const updates = [
    ...describeWatcher(registry, now),
    ...describeWriter(registry),
    ...describeRest(registry),
    describeStatus(registry),
  ]
  gauge(registry, 'build_info', 'Always 1; what runs is in the labels.', ['version', 'node']).set(
    { version, node: process.versions.node },
    1,
  )
  return {
    contentType: registry.contentType,
    async render(document) {
      for (const update of updates) update(document)
      return registry.metrics()
    },
  }
}

type Update = (document: HealthDocument) => void

function describeWatcher(registry: Registry, now: () => number): readonly Update[] {
  const state = gauge(registry, 'watcher_state', 'What the watcher process does: 1 for its state, 0 else.', ['state'])
  const ageSeconds = ({ watcher }: HealthDocument): number | null => {
    const at = toSeconds(watcher.last_heartbeat_at)
    return at === null ? null : Math.max(0, now() / 1000 - at)
  }
  return [
    show(registry, 'watcher_up', 'Whether the watcher process runs and answers.', ({ watcher }) => +watcher.running),
    show(registry, 'watcher_ready', 'Whether events are being recorded.', ({ watcher }) => +watcher.ready),
    show(registry, 'watcher_crash_loop', 'Whether the watcher was given up on.', ({ watcher }) =>
      Number(watcher.state === 'crash_loop'),
    ),
    show(registry, 'watcher_heartbeat_age_seconds', 'Time since the last heartbeat of the watcher.', ageSeconds),
    show(registry, 'watcher_start_time_seconds', 'When the watcher process was started, as Unix time.', (document) =>
      toSeconds(document.watcher.started_at),
    ),
    count(registry, 'watcher_restarts_total', 'Automatic restarts of the watcher.', (d) => d.watcher.restart_count),
    ({ watcher }) => {
      for (const each of CHILD_STATES) state.set({ state: each }, Number(each === watcher.state))
    },
  ]
}

function describeWriter(registry: Registry): readonly Update[] {
  return [
    show(registry, 'writer_last_write_timestamp_seconds', 'When rows were last written, as Unix time.', (document) =>
      toSeconds(document.writer.last_write_timestamp),
    ),
    count(
      registry,
      'writer_write_failures_total',
      'Events not written with all retries.',
      (d) => d.writer.failed_write_count,
    ),
    count(registry, 'writer_events_written_total', 'New rows.', ({ writer }) => writer.written_count),
    count(registry, 'writer_events_duplicate_total', 'Events that were in the log.', (d) => d.writer.duplicate_count),
    count(registry, 'writer_events_rejected_total', 'Events that were not valid.', (d) => d.writer.rejected_count),
    count(registry, 'writer_retries_total', 'Writes that were tried again.', ({ writer }) => writer.retry_count),
    count(
      registry,
      'writer_dead_letters_total',
      'Events that the database refused.',
      (d) => d.writer.dead_letter_count,
    ),
    show(registry, 'writer_pending_events', 'Events without an outcome yet.', ({ writer }) => writer.pending_count),
    show(registry, 'writer_spooled_events', 'Events that wait on disk.', ({ writer }) => writer.spooled_count),
  ]
}

function describeRest(registry: Registry): readonly Update[] {
  return [
    show(registry, 'source_files', 'Transcripts that are watched.', ({ source }) => source.files),
    show(registry, 'source_active_files', 'Transcripts written to lately.', ({ source }) => source.active_files),
    show(registry, 'source_behind_bytes', 'Bytes not committed yet.', ({ source }) => source.bytes_behind),
    show(
      registry,
      'source_quarantined_files',
      'Transcripts that are not read.',
      ({ source }) => source.quarantined_files.length,
    ),
    count(registry, 'source_skipped_lines_total', 'Lines skipped.', ({ source }) => source.skipped_lines),
    show(registry, 'database_up', 'Whether the database answers.', ({ database }) => +database.reachable),
    show(registry, 'web_up', 'Whether the web server runs.', ({ web }) => +web.running),
    count(registry, 'web_restarts_total', 'Automatic restarts of the web server.', ({ web }) => web.restart_count),
  ]
}

function describeStatus(registry: Registry): Update {
  const metric = gauge(registry, 'health_status', 'How turnlog is: 1 for its status, 0 else.', ['status'])
  return ({ status }) => {
    for (const each of HEALTH_STATUSES) metric.set({ status: each }, Number(each === status))
  }
}

// Without a value there is no sample: a time of 0 would be a time.
function show(registry: Registry, name: string, help: string, read: (d: HealthDocument) => number | null): Update {
  const metric = gauge(registry, name, help, [])
  return (document) => {
    const value = read(document)
    if (value === null) metric.remove()
    else metric.set(value)
  }
}

function count(registry: Registry, name: string, help: string, read: (document: HealthDocument) => number): Update {
  const metric = new Counter({ name: `turnlog_${name}`, help, registers: [registry] })
  return (document) => {
    metric.reset()
    metric.inc(read(document))
  }
}

function gauge(registry: Registry, name: string, help: string, labelNames: readonly string[]): Gauge {
  return new Gauge({ name: `turnlog_${name}`, help, labelNames: [...labelNames], registers: [registry] })
}

// Some of prom-client's own gauges are named as if they were counters.
function dropMisnamed(registry: Registry): void {
  for (const { name, type } of registry.getMetricsAsArray()) {
    if (name.endsWith('_total') && String(type) === 'gauge') registry.removeSingleMetric(name)
  }
}

function toSeconds(date: string | null): number | null {
  return date === null ? null : Date.parse(date) / 1000
}
