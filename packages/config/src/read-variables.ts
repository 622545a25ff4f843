import type { ConfigProblem } from './config-error.ts'
import { suggest } from './suggest.ts'
import { VARIABLES, type Variable } from './variables.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** The value that one variable gives to one key. */
export interface Override {
  readonly variable: Variable
  readonly value: unknown
}

const PREFIX = 'TURNLOG_'

/** The values that the environment sets, weakest first. A variable that is set but empty counts as not set. */
export function readVariables(env: Environment): readonly Override[] {
  return VARIABLES.flatMap((variable) => {
    const text = env[variable.name]
    return text === undefined || text.trim() === '' ? [] : [{ variable, value: variable.read(text) }]
  })
}

/**
 * Variables that were surely meant for turnlog's configuration and yet name no key: `TURNLOG_X__Y` in any case, other
 * `TURNLOG_…` only when a known name is close, since a name may belong to something else.
 */
export function findUnknownVariables(env: Environment): readonly ConfigProblem[] {
  const known = new Set(['TURNLOG_CONFIG', ...VARIABLES.map(({ name }) => name)])
  const ours = Object.keys(env).filter((name) => name.startsWith(PREFIX) && !known.has(name))
  return ours.flatMap((name) => {
    const isOurs = name.includes('__')
    const suggestion = suggest(name.slice(PREFIX.length), withoutPrefix(known), isOurs ? undefined : 1)
    if (suggestion === null && !isOurs) return []
    const origin = { kind: 'variable', name } as const
    const meant = suggestion === null ? null : PREFIX + suggestion
    return [{ path: '', expected: 'the name of a known key', found: 'an unknown one', origin, suggestion: meant }]
  })
}

function withoutPrefix(names: Iterable<string>): readonly string[] {
  return [...names].filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length))
}
