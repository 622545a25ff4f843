import type { EventIssue } from '@turnlog/schema'
import { deriveKey, type EventRow, type Origin, sha256, shorten, toPlace } from './event-row.ts'
import type { EventDetails } from './report.ts'

/** An event on its way to the table `dead_letters`. */
export interface NewDeadLetter {
  readonly key: string
  readonly type: string
  /** The event's JSON. */
  readonly json: string
  readonly origin: Origin | null
  readonly sqlstate: string | null
  readonly reason: string
}

/** Beyond this, in characters, a dead letter keeps the event's hash and its place in the file, not its text. */
const LONGEST_EVENT_KEPT = 64 * 1024 * 1024

/** A row that the database refused. */
export function rowToDeadLetter(row: EventRow, sqlstate: string | null, reason: string): NewDeadLetter {
  return { key: row.key, type: row.type, json: row.json, origin: row.origin, sqlstate, reason }
}

/** An event of a file that is none by the taxonomy: kept, with all its issues. */
export function invalidToDeadLetter(
  event: unknown,
  type: string,
  origin: Origin,
  issues: readonly EventIssue[],
): NewDeadLetter {
  const json = serialize(event)
  const reason = `invalid: ${issues.map((issue) => issue.message).join('; ')}`
  return { key: deriveKey(json, origin), type, json, origin, sqlstate: null, reason }
}

/** The record that the statement reads. Text goes as base64, since the text may be why the event is here. */
export function toDeadLetterRecord(letter: NewDeadLetter): object {
  const { origin, json } = letter
  return {
    event_key: letter.key,
    event_type: storable(letter.type),
    event: json.length > LONGEST_EVENT_KEPT ? null : Buffer.from(json).toString('base64'),
    path: origin === null ? null : storable(origin.cursor.path),
    device: origin?.cursor.file.device ?? null,
    inode: origin?.cursor.file.inode ?? null,
    offset: origin?.offset ?? null,
    length: origin?.length ?? null,
    sha256: sha256(json),
    sqlstate: letter.sqlstate,
    reason: storable(letter.reason),
  }
}

export function deadLetterToDetails(letter: NewDeadLetter): EventDetails {
  return {
    event_key: letter.key,
    event_type: letter.type,
    event: shorten(letter.json),
    ...toPlace(letter.origin),
  }
}

/** Text about the event may quote from it, and then has what Postgres cannot store. */
function storable(text: string): string {
  return text.replaceAll('\0', '\u2400').toWellFormed()
}

function serialize(event: unknown): string {
  try {
    return JSON.stringify(event) ?? 'null'
  } catch {
    return 'null'
  }
}
