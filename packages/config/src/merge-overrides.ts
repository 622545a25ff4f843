import { isMapping } from './fields.ts'
import type { Override } from './read-variables.ts'

/** The content of the file with the values of the environment put in. The later override of two wins. */
export function mergeOverrides(content: unknown, overrides: readonly Override[]): unknown {
  return overrides.reduce(
    (merged, { variable, value }) => withValue(merged, variable.path, value),
    withoutEmpty(content),
  )
}

function withValue(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  // Where the file has something else than keys, that is the problem to report.
  if (key === undefined || !isMapping(target)) return key === undefined ? value : target
  return { ...target, [key]: withValue(target[key] ?? {}, rest, value) }
}

/** A section whose keys are all commented out is empty in YAML, not a mistake. */
function withoutEmpty(content: unknown): unknown {
  if (content === null) return {}
  if (!isMapping(content)) return content
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null))
}
