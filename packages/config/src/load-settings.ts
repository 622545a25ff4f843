import { homedir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { checkConfig } from './check-config.ts'
import { ConfigError, type ConfigOrigin } from './config-error.ts'
import { mergeOverrides } from './merge-overrides.ts'
import { type Places, resolvePath } from './places.ts'
import { type ConfigFile, readConfigFile } from './read-config-file.ts'
import { type Environment, findUnknownVariables, type Override, readVariables } from './read-variables.ts'
import type { Settings } from './settings.ts'
import { toSettings } from './to-settings.ts'

export interface LoadSettingsOptions {
  /** The environment variables: usually `process.env`. */
  readonly env: Environment
  /** The folder that `config.yaml` lies in: the top of the checkout. */
  readonly root: string
  /** A file to read instead of `config.yaml`, before `TURNLOG_CONFIG`. It must exist. */
  readonly file?: string | undefined
  /**
   * Where relative paths start that were given by hand: `file`, and paths in variables. Those in the file start at its
   * own folder.
   *
   * @default `root`
   */
  readonly cwd?: string
  /** What `~` stands for. @default `HOME`, or the account's home folder */
  readonly home?: string
  /** Whether `state_dir: auto` is the system's folder. @default whether the process runs as root */
  readonly isRoot?: boolean
}

/**
 * The settings: the defaults, changed by `config.yaml`, changed by the environment. Where there is no file, all is
 * default. Reads nothing but that file.
 *
 * @throws ConfigError with all problems at once; its message can be shown as it is
 */
export function loadSettings(options: LoadSettingsOptions): Settings {
  const { env, root, cwd = root } = options
  const places = toPlaces(options)
  const { path, isChosen } = findFile(options, cwd, places)
  const file = readConfigFile(path, shorten(path, root), isChosen)
  const overrides = readVariables(env)

  const checked = checkConfig(mergeOverrides(file?.content ?? null, overrides), (key) => locate(key, file, overrides))
  const problems = [...(checked.ok ? [] : checked.problems), ...findUnknownVariables(env)]
  if (!checked.ok || problems.length > 0) throw new ConfigError(problems)

  const base = (key: string) => (findOverride([key], overrides) === undefined ? dirname(path) : cwd)
  return toSettings(checked.config, file === null ? null : path, base, places)
}

function toPlaces({
  env,
  home = env.HOME || homedir(),
  isRoot = process.getuid?.() === 0,
}: LoadSettingsOptions): Places {
  return { env, home, isRoot }
}

function findFile({ env, root, file }: LoadSettingsOptions, cwd: string, places: Places) {
  const chosen = file ?? (env.TURNLOG_CONFIG || undefined)
  if (chosen === undefined) return { path: join(root, 'config.yaml'), isChosen: false }
  return { path: resolvePath(chosen, cwd, places), isChosen: true }
}

function shorten(path: string, root: string): string {
  const fromRoot = relative(root, path)
  return fromRoot.startsWith('..') ? path : fromRoot
}

type Path = readonly (string | number)[]

function locate(path: Path, file: ConfigFile | null, overrides: readonly Override[]): ConfigOrigin {
  const override = findOverride(path, overrides)
  if (override !== undefined) return { kind: 'variable', name: override.variable.name }
  return file?.locate(path) ?? { kind: 'file', file: 'config.yaml', line: null, column: null }
}

/** The override that decided the value of a key: the last one that sets it, or the list that it stands in. */
function findOverride(path: Path, overrides: readonly Override[]): Override | undefined {
  return overrides.findLast(({ variable }) => variable.path.every((step, index) => step === path[index]))
}
