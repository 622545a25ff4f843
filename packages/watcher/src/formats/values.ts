/** Reads of values that can be anything, since nobody promises what a transcript holds. */
export type UnknownObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is UnknownObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value if it is an object; an empty one otherwise. */
export function toObject(value: unknown): UnknownObject {
  return isObject(value) ? value : EMPTY
}

/** The value if it is a string with at least one character. */
export function toText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The longest path that Linux takes, in bytes; ids and names of branches and models are far shorter. */
const LONGEST_NAME = 4_096

/**
 * The value if it is a string that can be a path, an id or a name. What earlier entries said is repeated in every turn
 * and kept in the cursor, so it has to be short, whatever a damaged file holds.
 */
export function toName(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME ? value : undefined
}

export function isBlank(text: string): boolean {
  return text.trim() === ''
}

/** Tells whether all characters of a string, if it is one, are ASCII: bytes and characters are the same then. */
export function isAsciiIfText(value: unknown): boolean {
  if (typeof value !== 'string') return true
  for (let index = 0; index < value.length; index++) if (value.charCodeAt(index) > 0x7f) return false
  return true
}

const EMPTY: UnknownObject = {}
