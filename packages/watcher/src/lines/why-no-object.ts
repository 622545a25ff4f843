/** Why a line holds no object; see {@link whyNoObject}. */
export type NoObjectReason = 'blank' | 'malformed' | 'not_an_object'

const SPACE = 0x20
const TAB = 0x09
const NEWLINE = 0x0a
const RETURN = 0x0d

/** Another JSON value than an object, by how it begins and ends; such lines need not be parsed to be skipped. */
const SCALAR = /^(?:true|false|null|-?\d[\d.eE+-]*)$/
const LONGEST_SCALAR = 400

/**
 * Tells cheaply that a line holds no object: without a brace there is none. Parsing would tell the same, and for a line
 * that is no JSON it costs as much as for a long entry, since an error is made.
 *
 * @returns null if there may be an object in it
 */
export function whyNoObject(line: string): NoObjectReason | null {
  const start = skipSpace(line)
  if (start === line.length) return 'blank'
  if (line.includes('{', start)) return null
  return isOtherValue(line, start) ? 'not_an_object' : 'malformed'
}

function skipSpace(line: string): number {
  let index = 0
  while (index < line.length) {
    const unit = line.charCodeAt(index)
    if (unit !== SPACE && unit !== TAB && unit !== NEWLINE && unit !== RETURN) break
    index += 1
  }
  return index
}

function isOtherValue(line: string, start: number): boolean {
  const first = line[start]
  const rest = line.trimEnd()
  if (first === '"') return rest.length > start + 1 && rest.endsWith('"')
  if (first === '[') return rest.endsWith(']')
  return rest.length - start <= LONGEST_SCALAR && SCALAR.test(rest.slice(start))
}
