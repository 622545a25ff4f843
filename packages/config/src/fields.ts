import * as v from 'valibot'

/** Text that must not be empty. `what` completes the sentence "expected …". */
export function text(what: string) {
  return v.pipe(v.string(what), v.trim(), v.nonEmpty(what))
}

/** One word out of a closed list. */
export function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return v.picklist(words, `one of ${words.join(', ')}`)
}

/** A whole number within bounds, both included. `unit` says what is counted: `bytes`, `attempts`. */
export function wholeNumber(unit: string, least: number, most: number) {
  const expected = `a whole number of ${unit} from ${least} to ${most}`
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(least, expected), v.maxValue(most, expected))
}

/** A length of time, fractions allowed, within bounds, both included. */
export function seconds(least: number, most: number) {
  const expected = `a number of seconds from ${least} to ${most}`
  return v.pipe(v.number(expected), v.minValue(least, expected), v.maxValue(most, expected))
}

/** A group of keys, closed: any other key is refused. Wrong content is a problem of the group, not of a key. */
export function group<const Entries extends v.ObjectEntries>(entries: Entries) {
  const expected = `the keys ${Object.keys(entries).join(', ')}`
  // `v.strictObject` stops at the first unknown key and takes a list for an object.
  return v.pipe(v.custom<object>(isMapping, expected), v.objectWithRest(entries, v.never(UNKNOWN_KEY), expected))
}

/** The message of the problem that a key is not known. */
export const UNKNOWN_KEY = 'a known key'

/** Tells a mapping (of YAML or JSON) from a list, a text, a number and nothing. */
export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
