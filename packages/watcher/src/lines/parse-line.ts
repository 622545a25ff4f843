import { isUtf8 } from 'node:buffer'
import { salvageObjects } from './salvage-objects.ts'

/** A JSON object found in a line, with the bytes that it answers for. */
export interface LineObject {
  readonly value: Readonly<Record<string, unknown>>
  /** Where the object begins, in bytes from the start of the line. */
  readonly start: number
  /** Where it ends; the end of the line for the last one. */
  readonly end: number
  /** Bytes in it were no UTF-8 and became U+FFFD. */
  readonly invalidUtf8: boolean
}

/** Bytes of a line that belong to no object. */
export interface LineGap {
  readonly start: number
  readonly end: number
  readonly reason: 'blank' | 'malformed' | 'not_an_object'
}

/** Everything that one line holds: every byte of it is in an object or in a gap. */
export interface ParsedLine {
  readonly objects: readonly LineObject[]
  readonly gaps: readonly LineGap[]
}

/**
 * Reads a line that is given as a character for each byte; null unless it is one object and nothing else, which
 * {@link parseLine} then says as well. The object has the right shape, and the right text wherever that is ASCII. Other
 * strings are misread: each of their bytes is a character.
 *
 * Most bytes of a transcript are in lines without words, and this is half as much work again faster than decoding them.
 */
export function skimLine(line: string): Readonly<Record<string, unknown>> | null {
  const value = tryParse(line)
  return isObject(value) ? value : null
}

const BYTE_ORDER_MARK = '\ufeff'
const REPLACEMENT = '\ufffd'

/** Reads one line, without its newline. Never throws: what is no JSON object is salvaged, and the rest told as gaps. */
export function parseLine(line: Buffer): ParsedLine {
  const decoded = line.toString('utf8')
  const text = decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded
  const value = tryParse(text)
  if (isObject(value)) {
    return { objects: [{ value, start: 0, end: line.length, invalidUtf8: hasInvalidUtf8(line, text) }], gaps: [] }
  }
  if (isBlank(text)) return gap(line, 'blank')
  return value === undefined ? salvage(line, decoded) : gap(line, 'not_an_object')
}

function salvage(line: Buffer, text: string): ParsedLine {
  // Places are counted in bytes of the line: with invalid UTF-8 in it, its text no longer tells them.
  const wide = hasInvalidUtf8(line, text)
  const source = wide ? line.toString('latin1') : text
  const spans = salvageObjects(source)
  if (spans.length === 0) return gap(line, 'malformed')
  const byteAt = wide ? (unit: number) => unit : createByteCounter(text)
  const objects: LineObject[] = []
  const gaps: LineGap[] = []
  let end = 0
  for (const span of spans) {
    const start = byteAt(span.start)
    if (start > end) gaps.push({ start: end, end: start, reason: reasonOf(line.subarray(end, start)) })
    end = byteAt(span.end)
    // White space behind the last object is its own, like the newline that follows it.
    if (span === spans.at(-1) && isBlank(source.slice(span.end))) end = line.length
    const bytes = line.subarray(start, end)
    const value = tryParse(bytes.toString('utf8'))
    if (isObject(value)) objects.push({ value, start, end, invalidUtf8: wide && !isUtf8(bytes) })
    else gaps.push({ start, end, reason: 'malformed' })
  }
  if (end < line.length) gaps.push({ start: end, end: line.length, reason: 'malformed' })
  return { objects, gaps }
}

function reasonOf(between: Buffer): LineGap['reason'] {
  const text = between.toString('utf8')
  return isBlank(text) ? 'blank' : 'malformed'
}

function createByteCounter(text: string): (unit: number) => number {
  let units = 0
  let bytes = 0
  return (unit) => {
    bytes += Buffer.byteLength(text.slice(units, unit))
    units = unit
    return bytes
  }
}

function gap(line: Buffer, reason: LineGap['reason']): ParsedLine {
  return { objects: [], gaps: [{ start: 0, end: line.length, reason }] }
}

function hasInvalidUtf8(line: Buffer, text: string): boolean {
  // A text without U+FFFD is intact, and V8 knows that at once for most texts: they have one byte per character.
  return text.includes(REPLACEMENT) && !isUtf8(line)
}

// U+FEFF counts as white space for trim() (ECMA-262, WhiteSpace), so a lone byte order mark is blank, too.
function isBlank(text: string): boolean {
  return text.trim() === ''
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
