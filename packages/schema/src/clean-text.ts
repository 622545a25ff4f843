/** What stands in place of U+0000: the picture of that character. */
const NUL_PICTURE = '\u2400'

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

const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Tells whether Postgres can store a string as it is, in `text` as well as in `jsonb`. */
export function isStorableText(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/**
 * Makes a parsed JSON value storable: U+0000 becomes U+2400, a lone surrogate U+FFFD, in strings and in keys. Returns
 * the value itself, untouched, where nothing had to be done. To be called after parsing: in serialized JSON the six
 * characters `\\u0000` can just as well be text about escapes.
 */
export function cleanText<Value>(value: Value): { readonly value: Value; readonly repairs: readonly TextRepair[] } {
  const repairs: TextRepair[] = []
  const cleaned = clean(value, '', repairs)
  return { value: cleaned as Value, repairs }
}

function clean(value: unknown, path: string, repairs: TextRepair[]): unknown {
  if (typeof value === 'string') return isStorableText(value) ? value : repair(value, path, repairs)
  if (Array.isArray(value)) return cleanArray(value, path, repairs)
  if (typeof value === 'object' && value !== null) return cleanObject(value, path, repairs)
  return value
}

function cleanArray(values: readonly unknown[], path: string, repairs: TextRepair[]): readonly unknown[] {
  const before = repairs.length
  const cleaned = values.map((value, index) => clean(value, join(path, String(index)), repairs))
  return repairs.length === before ? values : cleaned
}

function cleanObject(object: object, path: string, repairs: TextRepair[]): object {
  const before = repairs.length
  const cleaned: [string, unknown][] = []
  for (const [key, value] of Object.entries(object)) {
    const cleanKey = isStorableText(key) ? key : repair(key, `${join(path, key)} (key)`, repairs)
    cleaned.push([cleanKey, clean(value, join(path, cleanKey), repairs)])
  }
  return repairs.length === before ? object : Object.fromEntries(cleaned)
}

function repair(value: string, path: string, repairs: TextRepair[]): string {
  const withoutNul = value.replaceAll('\0', NUL_PICTURE)
  repairs.push({
    path: path.replaceAll('\0', NUL_PICTURE).toWellFormed(),
    nul: value.split('\0').length - 1,
    lone_surrogate: value.match(LONE_SURROGATE)?.length ?? 0,
  })
  return withoutNul.toWellFormed()
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
