import type { DeadLetter } from '@turnlog/database'
import type { RetriedDeadLetter } from '@turnlog/writer'

const LONGEST_SHOWN = 200

/** A dead letter for people: what it is, why it is here, where it came from. */
export function describeDeadLetter(letter: DeadLetter): readonly string[] {
  const { id, event_type, created_at, retried_at, sqlstate, reason, event } = letter
  const retried = retried_at === null ? '' : `, tried again ${retried_at.toISOString()}`
  return [
    `${id}  ${event_type ?? 'unknown'}  ${created_at.toISOString()}${retried}`,
    `    ${sqlstate === null ? '' : `${sqlstate} `}${reason}`,
    `    ${describePlace(letter)}`,
    `    ${event === null ? '(too large to be kept; its file has it)' : shorten(event)}`,
  ]
}

/** What became of a retry, in one line. */
export function describeRetry({ letter, result }: RetriedDeadLetter): string {
  switch (result.status) {
    case 'written':
      return `${letter.id}: written, as event ${result.id}`
    case 'duplicate':
      return `${letter.id}: was in the log already, as event ${result.id}`
    case 'rejected':
      return `${letter.id}: still no valid event: ${result.issues.map(({ message }) => message).join('; ')}`
    case 'failed':
      return `${letter.id}: refused again: ${result.error.message}`
    case 'unreadable':
      return `${letter.id}: too large to have been kept; ${describePlace(letter)}`
    default:
      return result satisfies never
  }
}

function describePlace({ path, offset, length, host, event_key }: DeadLetter): string {
  const key = `event_key ${event_key}`
  return path === null
    ? `on ${host}, ${key}`
    : `${path} on ${host}, bytes ${offset} to ${(offset ?? 0) + (length ?? 0)}, ${key}`
}

function shorten(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text
}
