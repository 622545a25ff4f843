/*
 * The states of thousands of files differ in a few names and times only. What they have in common, the text around
 * these, is kept once:
 *
 *   {"session":"5f0c","last":"5f0c"}  =  {"session":⟨1⟩,"last":⟨1⟩}  +  "5f0c"
 */

/** JSON text in little memory. */
export interface PackedJson {
  /** The text with a place-holder for each value; one string for all texts of the same shape. */
  readonly shape: string
  /** The values, each once. */
  readonly values: string
}

/** In front of the number of a value. JSON text holds no control characters, only their escapes. */
const MARK = '\0'
const SEPARATOR = '\u0001'
const FIRST_NUMBER = 2
/** As many numbers as there are characters that take one byte. */
const MOST_VALUES = 250

/** A key with its colon, a string, or a number. */
const TOKEN = /"(?:[^"\\]|\\.)*":?|-?\d[\d.eE+-]*/g

/** Beyond that many, texts have so little in common that a shape of its own is no loss. */
const MOST_SHAPES = 500
const shapes = new Map<string, string>()

/** A longer text is kept as it is: on a string of ten megabytes the expression above runs out of stack. */
const LONGEST_PACKED = 256 * 1024

/** Packs the output of `JSON.stringify`. */
export function packJson(text: string): PackedJson {
  if (text.length > LONGEST_PACKED) return { shape: text, values: '' }
  const values: string[] = []
  const shape = text.replace(TOKEN, (token) => {
    if (token.endsWith(':')) return token
    const known = values.indexOf(token)
    if (known === -1 && values.length === MOST_VALUES) return token
    return MARK + String.fromCharCode(FIRST_NUMBER + (known === -1 ? values.push(token) - 1 : known))
  })
  return { shape: share(shape), values: values.join(SEPARATOR) }
}

/** Gives the text back, byte for byte. */
export function unpackJson({ shape, values }: PackedJson): string {
  const list = values.split(SEPARATOR)
  const [begin, ...rest] = shape.split(MARK)
  return rest.reduce((text, part) => text + list[part.charCodeAt(0) - FIRST_NUMBER] + part.slice(1), begin as string)
}

function share(shape: string): string {
  const known = shapes.get(shape)
  if (known !== undefined) return known
  if (shapes.size < MOST_SHAPES) shapes.set(shape, shape)
  return shape
}
