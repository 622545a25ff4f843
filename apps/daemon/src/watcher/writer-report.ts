import type { WriterReport } from '@turnlog/writer'
import type { Logger } from '../logging/create-logger.ts'
import { formatCount, formatDuration } from '../terminal/format-amount.ts'

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
    writeFailed: ({ events, attempts, error, keptIn }) =>
      log.error(
        { err: error, attempts, events, keptIn },
        `${formatCount(events.length, 'event')} not written after ${attempts} attempts; kept in the ${keptIn}: ${error.message}`,
      ),
    eventDeadLettered: (letter) => log.error(letter, `the database refused an event: ${letter.reason}`),
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
