import { isUtf8 } from 'node:buffer'
import { type SalvagedObject, salvageObjects } from './salvage-objects.ts'
import { scanObject } from './scan-object.ts'
import { whyNoObject } from './why-no-object.ts'

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
  /** `too_complex`: so many values that parsing them would hold up everything else for seconds. */
  readonly reason: 'blank' | 'malformed' | 'not_an_object' | 'too_complex'
}

/** Everything that one line holds: every byte of it is in an object or in a gap. */
export interface ParsedLine {
  readonly objects: readonly LineObject[]
  readonly gaps: readonly LineGap[]
}

/** Shorter lines are parsed without a look at what they hold: the worst of them take a tenth of a second. */
const LONG_LINE = 256 * 1024

/**
 * How many objects, arrays and members an entry may hold. V8 takes 1 to 2 µs for each, so that a line of 32 MB could
 * take half a minute; the largest entries of agents are mostly text and hold some ten thousand.
 */
const MOST_VALUES = 1_000_000

const BYTE_ORDER_MARK = '\ufeff'
const REPLACEMENT = '\ufffd'

/**
 * Reads a line that is given as a character for each byte; null unless it is one object and nothing else, which
 * {@link parseLine} then says as well. The object has the right shape, and the right text wherever that is ASCII. Other
 * strings are misread: each of their bytes is a character.
 *
 * Most bytes of a transcript are in lines without words, and this takes two thirds of the time of decoding them.
 */
export function skimLine(line: string): LineObject['value'] | null {
  return mayBeOneObject(line) ? tryParse(line) : null
}

/** Reads one line, without its newline. Never throws: objects in a line that is not one are salvaged, the rest are gaps. */
export function parseLine(line: Buffer): ParsedLine {
  const decoded = line.toString('utf8')
  const text = decoded.startsWith(BYTE_ORDER_MARK) ? decoded.slice(1) : decoded
  const reason = isBlank(text) ? 'blank' : (whyNoObject(text) ?? whyTooComplex(text))
  if (reason !== null) return gap(line, reason)
  const value = mayBeOneObject(text) ? tryParse(text) : null
  if (value !== null) {
    return { objects: [{ value, start: 0, end: line.length, invalidUtf8: hasInvalidUtf8(line, text) }], gaps: [] }
  }
  return isOtherValue(text) ? gap(line, 'not_an_object') : salvage(line, decoded)
}

/**
 * Whether it is worth while to parse a line as one object. For a short line, parsing itself decides. A long one is scanned
 * first: it may hold too much, or go on behind the object.
 */
export function mayBeOneObject(line: string): boolean {
  if (line.charCodeAt(0) === 0x7b && line.length <= LONG_LINE) return true
  const start = line.indexOf('{')
  if (start === -1 || !isBlank(line.slice(0, start))) return false
  if (line.length <= LONG_LINE) return true
  const { end } = scanObject(line, start, MOST_VALUES)
  return end !== -1 && isBlank(line.slice(end))
}

function whyTooComplex(text: string): 'too_complex' | null {
  if (text.length <= LONG_LINE) return null
  return scanObject(text, text.indexOf('{'), MOST_VALUES).values > MOST_VALUES ? 'too_complex' : null
}

/** An array or a string that holds a brace; of a long line only its beginning and end are looked at. */
function isOtherValue(text: string): boolean {
  const first = text.trimStart()[0]
  if (first !== '[' && first !== '"') return false
  if (text.length > LONG_LINE) return first === '[' ? text.trimEnd().endsWith(']') : false
  return parsesAsJson(text)
}

type Value = LineObject['value']

function salvage(line: Buffer, text: string): ParsedLine {
  // Places are counted in bytes of the line: with invalid UTF-8 in it, the decoded text cannot give them.
  const wide = hasInvalidUtf8(line, text)
  const source = wide ? line.toString('latin1') : text
  const textOf = (start: number, end: number) =>
    wide ? Buffer.from(source.slice(start, end), 'latin1').toString('utf8') : source.slice(start, end)
  const found = salvageObjects(source, (start, end) => tryParse(textOf(start, end)), MOST_VALUES)
  return found.length === 0 ? gap(line, 'malformed') : placeObjects(line, source, found, wide)
}

function placeObjects(
  line: Buffer,
  source: string,
  found: readonly SalvagedObject<Value>[],
  wide: boolean,
): ParsedLine {
  const byteAt = wide ? (unit: number) => unit : createByteCounter(source)
  const objects: LineObject[] = []
  const gaps: LineGap[] = []
  let end = 0
  for (const span of found) {
    const start = byteAt(span.start)
    if (start > end) gaps.push({ start: end, end: start, reason: reasonOf(line.subarray(end, start)) })
    end = byteAt(span.end)
    // White space behind the last object is its own, like the newline that follows it.
    if (span === found.at(-1) && isBlank(source.slice(span.end))) end = line.length
    objects.push({ value: span.value, start, end, invalidUtf8: wide && !isUtf8(line.subarray(start, end)) })
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

/** The object that a text is; null for anything else. */
function tryParse(text: string): Value | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function parsesAsJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function isObject(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
