/** Where a wrong value was found: a place in the file, or a variable of the environment. */
export type ConfigOrigin =
  | { readonly kind: 'file'; readonly file: string; readonly line: number | null; readonly column: number | null }
  | { readonly kind: 'variable'; readonly name: string }

/** One thing that is wrong with the configuration. */
export interface ConfigProblem {
  /** The key at fault, from the top: `server.port`, `sources.0.agent`. Empty where it is the file as a whole. */
  readonly path: string
  /** What would have been right, in words. */
  readonly expected: string
  /** What was there, shortened, and without a password. */
  readonly found: string
  readonly origin: ConfigOrigin
  /** What was probably meant, where a name is close to a known one. */
  readonly suggestion: string | null
}

/** The configuration cannot be used. Holds every problem at once; the message is ready to be shown as it is. */
export class ConfigError extends Error {
  readonly problems: readonly ConfigProblem[]

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(formatProblems(problems), options)
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/** All problems as one text, a line each, under a line that says how many there are. */
function formatProblems(problems: readonly ConfigProblem[]): string {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`
  return [`The configuration has ${count}:`, ...problems.map((problem) => `  ${formatProblem(problem)}`)].join('\n')
}

function formatProblem({ path, expected, found, origin, suggestion }: ConfigProblem): string {
  const where = path === '' ? formatOrigin(origin) : `${path} (${formatOrigin(origin)})`
  const hint = suggestion === null ? '' : `; did you mean ${suggestion}?`
  return `${where}: expected ${expected}, found ${found}${hint}`
}

function formatOrigin(origin: ConfigOrigin): string {
  if (origin.kind === 'variable') return origin.name
  return [origin.file, origin.line, origin.column].filter((part) => part !== null).join(':')
}
