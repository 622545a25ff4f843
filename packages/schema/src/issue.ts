/** One thing that is wrong with an event. An event is answered with all of them at once. */
export interface EventIssue {
  /** The field at fault, from the top: `event_type`, `payload.actor`, `payload.attachments.0.type`. */
  readonly path: string
  /** What would have been right, in words: `required`, `string`, `("user" | "agent")`. */
  readonly expected: string
  /** What was there: `missing`, or the value shortened to a few words. */
  readonly received: string
  /** All of it in one line: `payload.actor: required, missing`. */
  readonly message: string
}

const LONGEST_VALUE_SHOWN = 80

/** Puts an issue together, so that its message always reads the same way. */
export function createIssue(path: string, expected: string, received: string): EventIssue {
  const shown = received.length > LONGEST_VALUE_SHOWN ? `${received.slice(0, LONGEST_VALUE_SHOWN)}…` : received
  const found = shown === 'missing' ? shown : `got ${shown}`
  const wanted = expected === 'required' ? expected : `expected ${expected}`
  return { path, expected, received: shown, message: `${path}: ${wanted}, ${found}` }
}
