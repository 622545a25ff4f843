import { scanObject } from './scan-object.ts'

/** A stretch of text that holds one JSON object, in UTF-16 units, with that object. */
export interface SalvagedObject<Value> {
  readonly start: number
  readonly end: number
  readonly value: Value
}

/** More objects than that in one line are no entries whose newlines were lost. */
const MOST_OBJECTS = 1_000

/** How much of a short line may be gone through, as a multiple of its length, before the rest of it is given up. */
const PASSES = 32
/** The same for a long line, which may be gone through twice and this much more, in UTF-16 units. */
const LONG_LINE_WORK = 4 * 1024 * 1024

// Entries are written by JSON.stringify or alike: they begin with a key. Other braces are mostly code in a text.
const NEXT_CANDIDATE = '{"'

/**
 * Finds the JSON objects in a line that is not one by itself: two entries glued together because a newline was lost,
 * or an entry behind the torn rest of another. What lies between them belongs to none.
 *
 * The work is bounded by the length of the line alone, so that the same bytes always yield the same objects.
 *
 * @param parse gives the object of a balanced stretch; null if it is not valid
 * @param mostValues an object with more objects, arrays and members is left alone
 */
export function salvageObjects<Value>(
  text: string,
  parse: (start: number, end: number) => Value | null,
  mostValues: number,
): readonly SalvagedObject<Value>[] {
  const found: SalvagedObject<Value>[] = []
  let work = Math.min(PASSES * text.length, 2 * text.length + LONG_LINE_WORK)
  let start = text.indexOf('{')
  while (start !== -1 && work > 0 && found.length < MOST_OBJECTS) {
    const { end } = scanObject(text, start, mostValues)
    work -= (end === -1 ? text.length : end) - start
    const value = end === -1 ? null : parse(start, end)
    if (value !== null) found.push({ start, end, value })
    start = value === null ? text.indexOf(NEXT_CANDIDATE, start + 1) : text.indexOf('{', end)
  }
  return found
}
