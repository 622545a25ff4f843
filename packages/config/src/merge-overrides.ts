import { isMapping } from './fields.ts'
import type { Override } from './read-variables.ts'
import { RENAMED_KEYS } from './schema.ts'

/** The content of the file with the values of the environment put in. The later override of two wins. */
export function mergeOverrides(content: unknown, overrides: readonly Override[]): unknown {
  const file = overrides.reduce((rest, { variable }) => withoutOtherName(rest, variable.path), withoutEmpty(content))
  return overrides.reduce((merged, { variable, value }) => withValue(merged, variable.path, value), file)
}

function withValue(target: unknown, [key, ...rest]: readonly string[], value: unknown): unknown {
  // Where the file has something else than keys, that is the problem to report.
  if (key === undefined || !isMapping(target)) return key === undefined ? value : target
  return { ...target, [key]: withValue(target[key] ?? {}, rest, value) }
}

/** The old and the new name of a key are one key: a variable for one of them overrides the file's value of the other. */
function withoutOtherName(content: unknown, path: readonly string[]): unknown {
  const [section = '', key] = path
  if (!isMapping(content) || !isMapping(content[section])) return content
  const names = Object.entries(RENAMED_KEYS).flatMap(([name, keys]) => (name === section ? Object.entries(keys) : []))
  const other = names.flatMap(([before, after]) => (key === before ? [after] : key === after ? [before] : []))
  const kept = Object.entries(content[section]).filter(([name]) => !other.some((renamed) => renamed === name))
  return { ...content, [section]: Object.fromEntries(kept) }
}

/** A section whose keys are all commented out is empty in YAML, not a mistake. */
function withoutEmpty(content: unknown): unknown {
  if (content === null) return {}
  if (!isMapping(content)) return content
  return Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null))
}
