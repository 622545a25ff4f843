import { describeEvent, describeEvents, type WriterReport } from '@turnlog/writer'
import type { Logger } from '../logging/create-logger.ts'
import { formatCount, formatDuration } from '../terminal/format-amount.ts'

/** The details of more events would not fit into one line: the daemon cuts those of its children at 64 KiB. */
const EVENTS_PER_LINE = 20

/** Writes what happens to the event writer to the log. What a person needs to find an event is in the message itself. */
export function createWriterReport(log: Logger): WriterReport {
  return {
    eventRejected: ({ event_type, issues }) =>
      log.warn({ event_type, issues }, `rejected ${event_type}: ${issues.map(({ message }) => message).join('; ')}`),
    writeRetried: ({ attempt, delayMs, count, events, error }) =>
      log.warn(
        { err: error, attempt, count, events },
        `attempt ${attempt} to write ${describeEvents(events, count)} failed, trying again in ${formatDuration(delayMs)}: ${error.message}`,
      ),
    writeFailed: ({ events, attempts, error, keptIn }) => {
      log.error(
        { err: error, attempts, keptIn, count: events.length },
        `not written after ${attempts} attempts, kept in the ${keptIn}: ${describeEvents(events)}: ${error.message}`,
      )
      for (let from = 0; from < events.length; from += EVENTS_PER_LINE) {
        const some = events.slice(from, from + EVENTS_PER_LINE)
        log.error(
          { events: some },
          `not written: ${from + 1} to ${from + some.length} of ${formatCount(events.length, 'event')}`,
        )
      }
    },
    // By name, because the letter itself contains the whole event and the state of its file, which can be megabytes.
    eventDeadLettered: (letter) => {
      const { event_key, event_type, session_uuid, event, path, offset, length, sqlstate, reason, attempts } = letter
      log.error(
        { event_key, event_type, session_uuid, event, path, offset, length, sqlstate, reason, attempts },
        `dead letter after ${formatCount(attempts, 'attempt')}: ${describeEvent(letter)}: ${reason}`,
      )
    },
    outageBegan: ({ error, cause }) =>
      log.error(
        { err: error },
        cause === 'database'
          ? `the database cannot be written to; turnlog tries again until it can: ${error.message}`
          : `the database must be repaired before it can be written to: ${error.message}`,
      ),
    outageEnded: ({ durationMs }) =>
      log.info(`the database can be written to again, after ${formatDuration(durationMs)}`),
    segmentFenced: ({ path, lost }) => log.warn({ path, lost }, `another watcher took over: it has the ${lost} now`),
    fileRefused: ({ path, error }) =>
      log.error(
        { path, err: error },
        `the database refuses the cursor of ${path}, so this file waits; all others continue: ${error.message}`,
      ),
    spoolDamaged: (damage) => log.warn(damage, 'the unreadable end of a spool file was moved aside'),
    spoolUnusable: ({ directory, error }) =>
      log.error({ err: error, directory }, `the spool takes no more events: ${error.message}`),
  }
}
