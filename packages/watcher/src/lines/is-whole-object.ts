/**
 * Tells whether a last line without newline is complete: no proper prefix of a JSON object is one, so a torn line can
 * never be mistaken for a whole one.
 */
export function isWholeObject(line: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(line.toString('utf8'))
    return typeof value === 'object' && value !== null
  } catch {
    return false
  }
}
