import type { EventIssue } from '@turnlog/schema'
import type { EventDetails } from '../report.ts'
import { deriveKey, type EventRow, type Origin, toDetails } from './event-row.ts'

/** An event on its way to the table `dead_letters`. */
export interface NewDeadLetter extends EventRow {
  /** What the database said, or null if validation rejected the event. */
  readonly sqlstate: string | null
  readonly reason: string
  /** How often the database was asked to insert it. */
  readonly attempts: number
}

/** A file's event that failed validation, with all its issues. */
export function invalidToDeadLetter(
  event: unknown,
  type: string,
  origin: Origin,
  issues: readonly EventIssue[],
): NewDeadLetter {
  const json = serialize(event)
  const reason = `invalid: ${issues.map((issue) => issue.message).join('; ')}`
  return { key: deriveKey(json, origin), type, session: null, json, origin, sqlstate: null, reason, attempts: 0 }
}

/** What a report says about a dead letter. */
export function deadLetterToDetails(
  letter: NewDeadLetter,
): EventDetails & Pick<NewDeadLetter, 'sqlstate' | 'reason' | 'attempts'> {
  const { sqlstate, reason, attempts } = letter
  return { ...toDetails(letter), sqlstate, reason, attempts }
}

function serialize(event: unknown): string {
  try {
    return JSON.stringify(event) ?? 'null'
  } catch {
    return 'null'
  }
}
