/** A stretch of text that holds one JSON object, in UTF-16 units. */
export interface ObjectSpan {
  readonly start: number
  readonly end: number
}

/** How often a line may be gone through before the rest of it is given up, so that hostile lines stay cheap. */
const PASSES = 32

// Entries are written by JSON.stringify or alike: they begin with a key. Other braces are mostly code in a text.
const NEXT_CANDIDATE = '{"'

/**
 * Finds the JSON objects in a line that is not one by itself: two entries glued together because a newline was lost,
 * or an entry behind the torn rest of another. Braces inside strings do not count. A span is balanced, which does not
 * yet make it valid JSON; what lies between spans belongs to none.
 */
export function salvageObjects(text: string): readonly ObjectSpan[] {
  const spans: ObjectSpan[] = []
  let budget = PASSES * text.length
  let start = text.indexOf('{')
  while (start !== -1 && budget > 0) {
    const end = endOfObject(text, start)
    budget -= (end === -1 ? text.length : end) - start
    if (end !== -1 && isObjectText(text.slice(start, end))) {
      spans.push({ start, end })
      start = text.indexOf('{', end)
    } else {
      start = text.indexOf(NEXT_CANDIDATE, start + 1)
    }
  }
  return spans
}

function endOfObject(text: string, start: number): number {
  let depth = 0
  for (let index = start; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 0x22) index = endOfString(text, index)
    else if (unit === 0x7b || unit === 0x5b) depth++
    else if ((unit === 0x7d || unit === 0x5d) && --depth === 0) return index + 1
    if (index === -1) return -1
  }
  return -1
}

function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === 0x5c) index++
    else if (unit === 0x22) return index
  }
  return -1
}

function isObjectText(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
