import { isAbsolute, join, resolve } from 'node:path'
import type { Environment } from './read-variables.ts'
import { DEFAULT_SOURCE_PATHS } from './schema.ts'
import type { SourceSettings } from './settings.ts'

/** What paths are resolved against. */
export interface Places {
  readonly env: Environment
  /** The home folder: what `~` stands for. */
  readonly home: string
  readonly isRoot: boolean
}

const AGENT_HOMES = {
  claude_code: { variable: 'CLAUDE_CONFIG_DIR', folder: 'projects' },
  codex: { variable: 'CODEX_HOME', folder: 'sessions' },
} as const

const ROOT_STATE_DIR = '/var/lib/turnlog'

/** An absolute path; `~` at its beginning is the home folder, a relative one starts at `base`. */
export function resolvePath(path: string, base: string, { home }: Places): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1))
  return resolve(base, path)
}

/** The state folder: `auto` is the system's place for root, and the XDG state folder for everybody else. */
export function resolveStateDir(path: string, base: string, places: Places): string {
  if (path !== 'auto') return resolvePath(path, base, places)
  if (places.isRoot) return ROOT_STATE_DIR
  const xdg = places.env.XDG_STATE_HOME
  // https://specifications.freedesktop.org/basedir-spec: a relative path is to be ignored
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(places.home, '.local/state'), 'turnlog')
}

/**
 * The folder of a source. The default path of an agent means "where this agent keeps its transcripts", so it follows
 * the variable by which the agent itself was told to keep them elsewhere. Any other path is taken at its word.
 */
export function resolveSource({ agent, path }: SourceSettings, base: string, places: Places): SourceSettings {
  const { variable, folder } = AGENT_HOMES[agent]
  const agentHome = places.env[variable]
  const moved = path === DEFAULT_SOURCE_PATHS[agent] && agentHome !== undefined && agentHome !== ''
  return { agent, path: resolvePath(moved ? join(agentHome, folder) : path, base, places) }
}
