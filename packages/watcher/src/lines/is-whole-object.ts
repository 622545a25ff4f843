import { mayBeOneObject } from './parse-line.ts'

/**
 * Tells whether a last line without newline is complete: no proper prefix of a JSON object is one, so a torn line can
 * never be mistaken for a whole one.
 */
export function isWholeObject(line: Buffer): boolean {
  // Asked again and again of a line that grows: an unfinished one hardly ever ends so, and is not parsed then.
  if (!/[}\]]\s*$/.test(line.subarray(-64).toString('latin1'))) return false
  const text = line.toString('utf8')
  try {
    const value: unknown = mayBeOneObject(text) ? JSON.parse(text) : null
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
