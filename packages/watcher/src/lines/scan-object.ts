/** Where an object ends, and how much is in it. */
export interface ScannedObject {
  /** Behind its closing brace; -1 if it is never closed, or holds more than the limit. */
  readonly end: number
  /** Objects, arrays and members up to the end: what parsing it costs in time and memory. */
  readonly values: number
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d

/**
 * Finds the end of the JSON object that begins at `start`, without parsing it. Braces inside strings do not count. That
 * it is balanced does not make it valid.
 */
export function scanObject(text: string, start: number, limit: number): ScannedObject {
  let depth = 0
  let values = 0
  for (let index = start; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit === QUOTE) {
      index = endOfString(text, index)
      if (index === -1) break
    } else if (unit === COLON) values += 1
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      depth += 1
      values += 1
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) {
      depth -= 1
      if (depth === 0) return { end: index + 1, values }
    } else continue
    if (values > limit) break
  }
  return { end: -1, values }
}

/** The place of the closing quote; -1 if there is none. */
function endOfString(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (end !== -1 && isEscaped(text, end, start)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, quote: number, start: number): boolean {
  let index = quote - 1
  while (index > start && text.charCodeAt(index) === BACKSLASH) index -= 1
  return (quote - index) % 2 === 0
}
