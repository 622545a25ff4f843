import { readFileSync } from 'node:fs'
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml'
import { ConfigError, type ConfigOrigin } from './config-error.ts'

/** What a file says, and where it says it. */
export interface ConfigFile {
  /** As YAML gave it: a mapping when all is well; null for a file of nothing but comments. */
  readonly content: unknown
  /** The place of a value, or of a key without a known meaning; of the nearest thing around it when it is missing. */
  locate(path: readonly (string | number)[]): ConfigOrigin
}

/**
 * Reads a file of YAML.
 *
 * @param shownAs how error messages call the file
 * @returns null when there is no such file and `required` is false
 * @throws ConfigError when it cannot be read or is not YAML, with every mistake in it
 */
export function readConfigFile(path: string, shownAs: string, required: boolean): ConfigFile | null {
  const text = readText(path, shownAs, required)
  return text === null ? null : parseConfigFile(text, shownAs)
}

function parseConfigFile(text: string, shownAs: string): ConfigFile {
  const lines = new LineCounter()
  // The library's pretty messages quote the line at fault, which may hold a password.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' })
  const at = (offset: number | undefined) => toOrigin(shownAs, offset === undefined ? null : lines.linePos(offset))
  if (document.errors.length > 0) throw toSyntaxError(document, at)
  return { content: toPlain(document, at), locate: (path) => at(findOffset(document, path)) }
}

function readText(path: string, shownAs: string, required: boolean): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'an unknown error'
    if (code === 'ENOENT' && !required) return null
    const found = code === 'ENOENT' ? 'none' : code
    const problem = { path: '', expected: 'a readable file', found, origin: toOrigin(shownAs, null), suggestion: null }
    throw new ConfigError([problem], { cause })
  }
}

type Locate = (offset: number | undefined) => ConfigOrigin

function toSyntaxError(document: Document, at: Locate): ConfigError {
  const problems = document.errors.map(({ message, pos }) => {
    return { path: '', expected: 'valid YAML', found: message, origin: at(pos[0]), suggestion: null }
  })
  return new ConfigError(problems)
}

function toPlain(document: Document, at: Locate): unknown {
  try {
    return document.toJS()
  } catch (cause) {
    // An alias without its anchor, or aliases that unfold into millions of values.
    const found = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigError([{ path: '', expected: 'valid YAML', found, origin: at(undefined), suggestion: null }], {
      cause,
    })
  }
}

function findOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = keyOffset(document, path.slice(0, length)) ?? valueOffset(document, path.slice(0, length))
    if (offset !== undefined) return offset
  }
  return undefined
}

// A key is where the eye looks first; what stands in a list has none.
function keyOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  if (!isMap(parent)) return undefined
  const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path.at(-1)))
  return isNode(pair?.key) ? pair.key.range?.[0] : undefined
}

function valueOffset(document: Document, path: readonly (string | number)[]): number | undefined {
  const node = document.getIn(path, true)
  return isNode(node) ? node.range?.[0] : undefined
}

function toOrigin(file: string, place: { readonly line: number; readonly col: number } | null): ConfigOrigin {
  return { kind: 'file', file, line: place?.line ?? null, column: place?.col ?? null }
}
