import * as v from 'valibot'
import type { ConfigOrigin, ConfigProblem } from './config-error.ts'
import { describeValue } from './describe-value.ts'
import { UNKNOWN_KEY } from './fields.ts'
import { type Config, ConfigSchema, SECTIONS, TOP_KEYS } from './schema.ts'
import { suggest } from './suggest.ts'

/** A checked configuration, or everything that is wrong with it. */
export type CheckedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] }

type Path = readonly (string | number)[]

/** Checks values against the schema. `locate` says where the value of a key came from. */
export function checkConfig(values: unknown, locate: (path: Path) => ConfigOrigin): CheckedConfig {
  const checked = v.safeParse(ConfigSchema, values, { abortPipeEarly: true })
  if (checked.success) return { ok: true, config: checked.output }
  return { ok: false, problems: checked.issues.map((issue) => toProblem(issue, locate)) }
}

function toProblem(issue: v.BaseIssue<unknown>, locate: (path: Path) => ConfigOrigin): ConfigProblem {
  const path = (issue.path ?? []).map(({ key }) => key as string | number)
  const place = { path: path.join('.'), origin: locate(path) }
  if (issue.message === UNKNOWN_KEY) {
    return { ...place, expected: UNKNOWN_KEY, found: 'an unknown one', suggestion: suggestKey(path) }
  }
  const missing = issue.path?.at(-1)?.origin === 'key'
  if (missing) return { ...place, expected: 'a value', found: 'nothing', suggestion: null }
  // A rule about a whole section points at one key of it, while its input is the section.
  const value = issue.path?.at(-1)?.value ?? issue.input
  return { ...place, expected: issue.message, found: describeValue(value), suggestion: null }
}

/** A near miss among the keys of the same group; otherwise the same name in another group. */
function suggestKey(path: Path): string | null {
  const name = String(path.at(-1))
  const parent = path.slice(0, -1)
  const sibling = suggest(name, siblingsIn(parent))
  if (sibling !== null) return [...parent, sibling].join('.')
  return ALL_KEYS.find((key) => key.split('.').at(-1) === name) ?? null
}

const ALL_KEYS = [
  ...Object.keys(TOP_KEYS),
  ...Object.entries(SECTIONS).flatMap(([section, keys]) => Object.keys(keys).map((key) => `${section}.${key}`)),
]

function siblingsIn([first, ...rest]: Path): readonly string[] {
  if (first === undefined) return [...Object.keys(SECTIONS), ...Object.keys(TOP_KEYS)]
  if (first === 'sources') return ['agent', 'path']
  return rest.length === 0 ? Object.keys(SECTIONS[first as keyof typeof SECTIONS] ?? {}) : []
}
