import { compareLogPositions, parseLogCursor } from '../../src/api/cursor.ts'

/** Whether a place in the log comes after another one. */
export function isLater(cursor: string, than: string): boolean {
  const [a, b] = [parseLogCursor(cursor), parseLogCursor(than)]
  return a !== null && b !== null && compareLogPositions(a, b) > 0
}
