import type { WriterReport } from '@turnlog/writer'
import type { Logger } from '../logging/create-logger.ts'
import { formatCount, formatDuration } from '../terminal/format-amount.ts'

/** The details of more events would not fit into one line: the daemon cuts those of its children at 64 KiB. */
const EVENTS_PER_LINE = 20

/** Tells the log what happens to the event writer. */
export function createWriterReport(log: Logger): WriterReport {
  return {
    eventRejected: ({ event_type, issues }) =>
      log.warn({ event_type, issues }, `rejected ${event_type}: ${issues.map(({ message }) => message).join('; ')}`),
    writeRetried: ({ attempt, delayMs, events, error }) =>
      log.warn(
        { err: error, attempt, events },
        `write failed, trying again in ${formatDuration(delayMs)}: ${error.message}`,
      ),
    writeFailed: ({ events, attempts, error, keptIn }) => {
      log.error(
        { err: error, attempts, keptIn, count: events.length },
        `${formatCount(events.length, 'event')} not written after ${attempts} attempts; kept in the ${keptIn}: ${error.message}`,
      )
      for (let from = 0; from < events.length; from += EVENTS_PER_LINE) {
        const some = events.slice(from, from + EVENTS_PER_LINE)
        log.error({ events: some }, `not written: ${from + 1} to ${from + some.length} of ${events.length}`)
      }
    },
    // By name: what else comes along (the whole event, its file's state) can be megabytes.
    eventDeadLettered: ({ event_key, event_type, event, path, offset, length, sqlstate, reason }) =>
      log.error(
        { event_key, event_type, event, path, offset, length, sqlstate, reason },
        `the database refused an event: ${reason}`,
      ),
    outageBegan: ({ error, cause }) =>
      log.error(
        { err: error },
        cause === 'database'
          ? `the database cannot be written to, and is asked again until it can: ${error.message}`
          : `the database needs repair before it can be written to: ${error.message}`,
      ),
    outageEnded: ({ durationMs }) =>
      log.info(`the database can be written to again, after ${formatDuration(durationMs)}`),
    segmentFenced: ({ path, lost }) =>
      log.warn({ path, lost }, `another watcher took over: the ${lost} is not ours any more`),
    spoolDamaged: (damage) => log.warn(damage, 'the end of a spool file was torn and was set aside'),
    spoolUnusable: ({ directory, error }) =>
      log.error({ err: error, directory }, `the spool takes no more events: ${error.message}`),
  }
}
