import type { EventIssue } from '@turnlog/schema'
import type { KeptIn } from './results.ts'

/** Enough of an event to find it again. */
export interface EventDetails {
  readonly event_key: string
  readonly event_type: string
  /** The event as JSON, shortened. */
  readonly event: string
  /** Where it was read from, if from a file. */
  readonly path?: string
  readonly offset?: number
  readonly length?: number
}

/** Everything worth telling that can happen to a writer. It must not throw. */
export interface WriterReport {
  /** An event handed in was no valid event and was not written. A warning. */
  eventRejected(rejected: { readonly event_type: string; readonly issues: readonly EventIssue[] }): void
  /** A write failed and is tried again. */
  writeRetried(retry: {
    readonly attempt: number
    readonly delayMs: number
    readonly events: number
    readonly error: Error
  }): void
  /** Events could not be written with all retries. Those from files are written once the database is back. An error. */
  writeFailed(failure: {
    readonly events: readonly EventDetails[]
    readonly attempts: number
    readonly error: Error
    /** `file`: reading waits, and the file still has them. */
    readonly keptIn: KeptIn | 'file'
  }): void
  /** The database refused one event for its own content; it is in the table `dead_letters`. An error. */
  eventDeadLettered(letter: EventDetails & { readonly sqlstate: string | null; readonly reason: string }): void
  /** Nothing can be written until further notice. `configuration`: somebody must repair something. */
  outageBegan(outage: { readonly error: Error; readonly cause: 'database' | 'configuration' }): void
  /** Writing works again. */
  outageEnded(outage: { readonly durationMs: number }): void
  /** The lease or a cursor belongs to somebody else; nothing of the segment was written. */
  segmentFenced(fence: { readonly path: string; readonly lost: 'lease' | 'cursor' }): void
  /** The end of a spool file was not readable (a crash in the middle of a write); that much was set aside. */
  spoolDamaged(damage: { readonly file: string; readonly bytes: number }): void
  /** The spool takes no more events. */
  spoolUnusable(problem: { readonly directory: string; readonly error: Error }): void
}

/** Where nobody listens, the console does: nothing is lost without a word. */
export const consoleReport: WriterReport = {
  eventRejected: ({ event_type, issues }) =>
    console.warn(`turnlog: rejected ${event_type}: ${issues.map((issue) => issue.message).join('; ')}`),
  writeRetried: () => {},
  writeFailed: ({ events, attempts, error, keptIn }) =>
    console.error(
      `turnlog: ${events.length} events not written after ${attempts} attempts (in ${keptIn}):`,
      error,
      events,
    ),
  eventDeadLettered: ({ event_key, reason }) => console.error(`turnlog: dead letter ${event_key}: ${reason}`),
  outageBegan: ({ error, cause }) => console.error(`turnlog: cannot write (${cause}): ${error.message}`),
  outageEnded: ({ durationMs }) => console.warn(`turnlog: writing again after ${durationMs} ms`),
  segmentFenced: ({ path, lost }) => console.warn(`turnlog: ${path}: the ${lost} belongs to another watcher now`),
  spoolDamaged: ({ file, bytes }) => console.warn(`turnlog: ${file}: ${bytes} unreadable bytes at the end, set aside`),
  spoolUnusable: ({ directory, error }) => console.error(`turnlog: spool ${directory} unusable: ${error.message}`),
}
