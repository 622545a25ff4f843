/** What stands in place of U+0000: the picture of that character. */
const NUL_PICTURE = 0x2400
/** What stands in place of a lone surrogate. */
const REPLACEMENT = 0xfffd

/** Where and how a value was changed so that Postgres can store it. */
export interface TextRepair {
  /** The string at fault, from the top of the value: `text`, `attachments.0.name`; a key ends in `(key)`. */
  readonly path: string
  /** How many U+0000 became U+2400. */
  readonly nul: number
  /** How many lone surrogates became U+FFFD. */
  readonly lone_surrogate: number
}

/** The key of the payload that keeps the repairs, so that a reader can tell repaired text from original text. */
export const REPAIRS_KEY = 'text_repairs'

/** Repairs that are listed one by one; the rest are summed up in one more, whose path is {@link OTHERS}. */
const MOST_REPAIRS = 100
const OTHERS = '(others)'
const LONGEST_PATH = 1_000

/** Tells whether Postgres can store a string as it is, in `text` as well as in `jsonb`. */
export function isStorableText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/**
 * Makes a parsed JSON value storable: U+0000 becomes U+2400, a lone surrogate U+FFFD, in strings and in keys. Returns
 * the value itself, untouched, where nothing had to be done. To be called after parsing: in serialized JSON the six
 * characters `\\u0000` can just as well be text about escapes.
 *
 * Nesting may be as deep as JSON.parse reads it, so nothing here calls itself.
 */
export function cleanText<Value>(value: Value): { readonly value: Value; readonly repairs: readonly TextRepair[] } {
  if (isStorable(value)) return { value, repairs: [] }
  const repairs = new Repairs()
  return { value: copyClean(value, repairs) as Value, repairs: repairs.all }
}

function isStorable(value: unknown): boolean {
  const waiting: unknown[] = [value]
  while (waiting.length > 0) {
    const next = waiting.pop()
    if (typeof next === 'string' && !isStorableText(next)) return false
    if (!isContainer(next)) continue
    if (!Array.isArray(next) && !Object.keys(next).every(isStorableText)) return false
    for (const inner of Object.values(next)) if (typeof inner === 'string' || isContainer(inner)) waiting.push(inner)
  }
  return true
}

/** An array or an object that is being copied, and where it was found. */
interface Copy {
  readonly from: object
  readonly to: unknown[] | Record<string, unknown>
  readonly path: string
}

function copyClean(value: unknown, repairs: Repairs): unknown {
  const waiting: Copy[] = []
  const copyOf = (inner: unknown, path: string): unknown => {
    if (typeof inner === 'string') return isStorableText(inner) ? inner : repairs.make(inner, path)
    if (!isContainer(inner)) return inner
    const to = Array.isArray(inner) ? [] : {}
    waiting.push({ from: inner, to, path })
    return to
  }
  const copied = copyOf(value, '')
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) fill(next, copyOf, repairs)
  return copied
}

function fill({ from, to, path }: Copy, copyOf: (inner: unknown, path: string) => unknown, repairs: Repairs): void {
  for (const [key, inner] of Object.entries(from)) {
    const cleanKey = isStorableText(key) ? key : repairs.make(key, `${join(path, key)} (key)`)
    const value = copyOf(inner, join(path, cleanKey))
    // Assigned, `__proto__` would be no key.
    Object.defineProperty(to, cleanKey, { value, writable: true, enumerable: true, configurable: true })
  }
}

class Repairs {
  readonly #listed: TextRepair[] = []
  readonly #others = { path: OTHERS, nul: 0, lone_surrogate: 0 }

  get all(): readonly TextRepair[] {
    return this.#listed.length < MOST_REPAIRS ? this.#listed : [...this.#listed, this.#others]
  }

  /** Repairs a string, and takes note of it. */
  make(text: string, path: string): string {
    const { repaired, nul, lone_surrogate } = repair(text)
    if (this.#listed.length < MOST_REPAIRS) this.#listed.push({ path: toShownPath(path), nul, lone_surrogate })
    else {
      this.#others.nul += nul
      this.#others.lone_surrogate += lone_surrogate
    }
    return repaired
  }
}

function toShownPath(path: string): string {
  return repair(path.slice(0, LONGEST_PATH)).repaired
}

/** How many code units are put together at once; each is an argument of one call. */
const PIECE = 8_192

// In one pass by code unit: with a list of all places, or a regular expression, a text of nothing else takes seconds.
function repair(text: string): { readonly repaired: string; readonly nul: number; readonly lone_surrogate: number } {
  const units = new Uint16Array(PIECE)
  const pieces: string[] = []
  let nul = 0
  let lone_surrogate = 0
  for (let from = 0; from < text.length; from += PIECE) {
    const length = Math.min(PIECE, text.length - from)
    for (let index = 0; index < length; index++) {
      const unit = text.charCodeAt(from + index)
      if (unit === 0) nul += 1
      else if (isLoneSurrogate(unit, text, from + index)) lone_surrogate += 1
      else {
        units[index] = unit
        continue
      }
      units[index] = unit === 0 ? NUL_PICTURE : REPLACEMENT
    }
    pieces.push(String.fromCharCode(...units.subarray(0, length)))
  }
  return { repaired: pieces.join(''), nul, lone_surrogate }
}

function isLoneSurrogate(unit: number, text: string, index: number): boolean {
  if (unit < 0xd800 || unit > 0xdfff) return false
  const isHigh = unit < 0xdc00
  const other = text.charCodeAt(isHigh ? index + 1 : index - 1)
  return isHigh ? !(other >= 0xdc00 && other <= 0xdfff) : !(other >= 0xd800 && other <= 0xdbff)
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
