/** Which variables a child gets: those named from our own environment, and some of its own. */
export interface ChildEnvOptions {
  /**
   * Names of variables to pass on; `*` at the end stands for any rest (`TURNLOG_*`). Everything else stays out:
   * `NODE_OPTIONS` or `NODE_EXTRA_CA_CERTS` of the caller would change how, and how fast, every child starts.
   *
   * @default the usual ones: PATH, HOME, USER, LOGNAME, SHELL, LANG, LC_*, TZ, TMPDIR, XDG_*
   */
  readonly inherit?: readonly string[]
  /** Variables to set; they win over inherited ones. */
  readonly set?: Readonly<Record<string, string>>
}

export const USUAL_VARIABLES = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_*',
  'TZ',
  'TMPDIR',
  'XDG_*',
] as const

export function resolveChildEnv(
  { inherit = USUAL_VARIABLES, set = {} }: ChildEnvOptions,
  own: NodeJS.ProcessEnv = process.env,
): Record<string, string> {
  const inherited = Object.entries(own).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && inherit.some((name) => matches(name, entry[0])),
  )
  return { ...Object.fromEntries(inherited), ...set }
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern
}
