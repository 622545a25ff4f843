import type { EventIssue } from '@turnlog/schema'
import type { OutageCause } from './outage/outage.ts'
import type { KeptIn } from './results.ts'

/** Enough of an event to find it again. */
export interface EventDetails {
  readonly event_key: string
  readonly event_type: string
  readonly session_uuid: string | null
  /** The event as JSON, shortened. */
  readonly event: string
  /** The place it was read from, if it was read from a file. */
  readonly path?: string
  readonly offset?: number
  readonly length?: number
}

/** Moments at which a test may end the process, to show that a crash there neither loses nor doubles an event. */
export type WriterMoment =
  | 'before_statement'
  | 'statement_sent'
  | 'after_commit'
  | 'before_dead_letter'
  | 'spool_append_before_fsync'
  | 'spool_append_after_fsync'
  | 'spool_drain_after_commit'
  | 'lease_taken'
  | 'shutdown_flush'

/** Everything that can happen to a writer and is worth a log line. Its members must not throw. */
export interface WriterReport {
  /** An event failed validation and was not written. A warning. */
  eventRejected(rejected: { readonly event_type: string; readonly issues: readonly EventIssue[] }): void
  /** A write failed and is tried again. A warning. `events`: at most the first 20 of the `count` events. */
  writeRetried(retry: {
    readonly attempt: number
    readonly delayMs: number
    readonly count: number
    readonly events: readonly EventDetails[]
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
  /** One event failed for good and is in the table `dead_letters`; `sqlstate` null: it failed validation. An error. */
  eventDeadLettered(
    letter: EventDetails & { readonly sqlstate: string | null; readonly reason: string; readonly attempts: number },
  ): void
  /** Nothing can be written until further notice. `configuration`: a person must repair something. */
  outageBegan(outage: { readonly error: Error; readonly cause: OutageCause }): void
  /** Writing works again. */
  outageEnded(outage: { readonly durationMs: number }): void
  /** The lease or a cursor belongs to another watcher; nothing of the segment was written. */
  segmentFenced(fence: { readonly path: string; readonly lost: 'lease' | 'cursor' }): void
  /** The database refuses the cursor of one file. That file waits; all others continue. An error. */
  fileRefused(refusal: { readonly path: string; readonly error: Error }): void
  /** The end of a spool file was not readable (e.g. after a crash during a write); that part was moved aside. */
  spoolDamaged(damage: { readonly file: string; readonly bytes: number }): void
  /** The spool takes no more events. */
  spoolUnusable(problem: { readonly directory: string; readonly error: Error }): void
  /** A named moment was reached. Only for crash tests. */
  reached?(moment: WriterMoment): void
}

/** One event as words: `turn_detected 5c4e… of session 7 at /path/to/file.jsonl:1234`. */
export function describeEvent({ event_type, event_key, session_uuid, path, offset }: EventDetails): string {
  const session = session_uuid === null ? '' : ` of session ${session_uuid}`
  const place = path === undefined ? '' : ` at ${path}:${offset}`
  return `${event_type} ${event_key}${session}${place}`
}

/** Several events as words: the first one, and how many more there are. */
export function describeEvents(events: readonly EventDetails[], count = events.length): string {
  const [first] = events
  if (first === undefined) return 'no event'
  return count === 1 ? describeEvent(first) : `${describeEvent(first)} and ${count - 1} more`
}

/** The report of a caller that passes none: it writes to the console, so that no failure goes unnoticed. */
export const consoleReport: WriterReport = {
  eventRejected: ({ event_type, issues }) =>
    console.warn(`turnlog: rejected ${event_type}: ${issues.map((issue) => issue.message).join('; ')}`),
  writeRetried: ({ attempt, delayMs, count, events, error }) =>
    console.warn(
      `turnlog: write ${attempt} of ${describeEvents(events, count)} failed, trying again in ${delayMs} ms: ${error.message}`,
    ),
  writeFailed: ({ events, attempts, error, keptIn }) =>
    console.error(
      `turnlog: not written after ${attempts} attempts, kept in ${keptIn}: ${describeEvents(events)}: ${error.message}`,
      events,
    ),
  eventDeadLettered: (letter) =>
    console.error(`turnlog: dead letter after ${letter.attempts} attempts: ${describeEvent(letter)}: ${letter.reason}`),
  outageBegan: ({ error, cause }) => console.error(`turnlog: cannot write (${cause}): ${error.message}`),
  outageEnded: ({ durationMs }) => console.warn(`turnlog: writing again after ${durationMs} ms`),
  segmentFenced: ({ path, lost }) => console.warn(`turnlog: ${path}: the ${lost} belongs to another watcher now`),
  fileRefused: ({ path, error }) =>
    console.error(`turnlog: the database refuses the cursor of ${path}, so this file waits: ${error.message}`),
  spoolDamaged: ({ file, bytes }) =>
    console.warn(`turnlog: ${file}: ${bytes} unreadable bytes at the end were moved aside`),
  spoolUnusable: ({ directory, error }) => console.error(`turnlog: spool ${directory} unusable: ${error.message}`),
}
