import { parse } from 'yaml'
import { SECTIONS, TOP_KEYS } from './schema.ts'

/** One environment variable that stands for one key. */
export interface Variable {
  readonly name: string
  /** The key, from the top. */
  readonly path: readonly [string, ...string[]]
  /** What its text means. Text that cannot be read that way is left as it is, for the schema to refuse. */
  readonly read: (text: string) => unknown
}

/**
 * The variables that override the file, weakest first: `DATABASE_URL` is known everywhere, so turnlog's own variable
 * for the same key wins over it.
 */
export const VARIABLES: readonly Variable[] = [
  { name: 'DATABASE_URL', path: ['database', 'url'], read: String },
  ...Object.entries(TOP_KEYS).map(([key, schema]) => toVariable([key], schema.default)),
  ...Object.entries(SECTIONS).flatMap(([section, keys]) =>
    Object.entries(keys).map(([key, schema]) => toVariable([section, key], schema.default)),
  ),
]

function toVariable(path: readonly [string, ...string[]], standard: unknown): Variable {
  return { name: `TURNLOG_${path.join('__').toUpperCase()}`, path, read: readerFor(standard) }
}

/** The default of a key shows which kind of value it takes; keys without a default are numbers. */
function readerFor(standard: unknown): (text: string) => unknown {
  if (typeof standard === 'number' || standard === undefined) return readNumber
  return typeof standard === 'string' ? String : readYaml
}

function readNumber(text: string): unknown {
  const number = /^\s*[-+]?(\d+\.?\d*|\.\d+)\s*$/.test(text) ? Number(text) : Number.NaN
  return Number.isNaN(number) ? text : number
}

function readYaml(text: string): unknown {
  try {
    return parse(text, { logLevel: 'error' })
  } catch {
    return text
  }
}
