import * as v from 'valibot'
import { group, oneOf, seconds, text, wholeNumber } from './fields.ts'

/** Agents whose transcripts can be read. */
export const AGENTS = ['claude_code', 'codex'] as const

/** Levels of logging, most talkative first. `silent` logs nothing at all. */
export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** Forms of log lines: `auto` is `pretty` on a terminal and `json` anywhere else. */
export const LOG_FORMATS = ['auto', 'pretty', 'json'] as const

/** The folder below which an agent keeps its transcripts unless it was told otherwise. */
export const DEFAULT_SOURCE_PATHS = { claude_code: '~/.claude/projects', codex: '~/.codex/sessions' } as const

const DEFAULT_SOURCES = AGENTS.map((agent) => ({ agent, path: DEFAULT_SOURCE_PATHS[agent] as string }))

const LARGEST_LINE = 256 * 1024 * 1024 // comfortably below the longest string that V8 can hold (512 MiB)

const databaseUrl = v.pipe(
  text('`embedded` or a postgres:// URL'),
  v.check((url) => url === 'embedded' || isPostgresUrl(url), '`embedded` or a postgres:// URL'),
)

const source = group({ agent: oneOf(AGENTS), path: text('a folder') })

/**
 * Every key there is, with its bounds and its default, in the order of `config.yaml`. The names of the environment
 * variables follow from it.
 */
export const SECTIONS = {
  server: {
    host: v.optional(text('a host name or an address'), '127.0.0.1'),
    port: v.optional(port(), 5055),
  },
  logging: {
    level: v.optional(oneOf(LOG_LEVELS), 'info'),
    format: v.optional(oneOf(LOG_FORMATS), 'auto'),
  },
  database: {
    url: v.optional(databaseUrl, 'embedded'),
    pool_size: v.optional(wholeNumber('connections', 1, 100), 4),
  },
  file_watcher: {
    polling_interval_seconds: v.optional(seconds(0.05, 3600), 2),
    reconcile_interval_seconds: v.optional(seconds(0.1, 86_400), 60),
    inactivity_timeout_seconds: v.optional(seconds(0.1, 31_536_000), 5400),
    max_line_bytes: v.optional(wholeNumber('bytes', 256, LARGEST_LINE), 33_554_432),
  },
  event_system: {
    write_retry_attempts: v.optional(wholeNumber('attempts', 0, 100), 3),
    write_retry_delay_ms: v.optional(wholeNumber('milliseconds', 1, 60_000), 100),
    // Without a default, because only one of the two names may be given: `toSettings` has it.
    max_restarts: v.optional(restarts()),
    max_restarts_per_minute: v.optional(restarts()),
    restart_window_seconds: v.optional(seconds(1, 3600), 60),
    heartbeat_timeout_seconds: v.optional(seconds(1, 3600), 30),
    shutdown_timeout_seconds: v.optional(seconds(0.1, 600), 2),
  },
} as const

/** Keys that stand at the top, in no section. */
export const TOP_KEYS = {
  state_dir: v.optional(text('`auto` or a folder'), 'auto'),
  sources: v.optional(v.array(source, 'a list of sources, each with agent and path'), DEFAULT_SOURCES),
} as const

/** Keys of a section that were renamed, old name → new name. The old name stays accepted. */
export const RENAMED_KEYS = { event_system: { max_restarts_per_minute: 'max_restarts' } } as const

const eventSystem = v.pipe(
  group(SECTIONS.event_system),
  v.forward(
    v.check(
      ({ max_restarts, max_restarts_per_minute }) =>
        max_restarts === undefined || max_restarts_per_minute === undefined,
      'only `max_restarts`, of which this is the old name',
    ),
    ['max_restarts_per_minute'],
  ),
)

/** The whole of `config.yaml`. */
export const ConfigSchema = group({
  server: v.optional(group(SECTIONS.server), {}),
  logging: v.optional(group(SECTIONS.logging), {}),
  database: v.optional(group(SECTIONS.database), {}),
  state_dir: TOP_KEYS.state_dir,
  sources: TOP_KEYS.sources,
  file_watcher: v.optional(group(SECTIONS.file_watcher), {}),
  event_system: v.optional(eventSystem, {}),
})

/** What is in `config.yaml`, checked, with every default filled in. */
export type Config = v.InferOutput<typeof ConfigSchema>

function restarts() {
  return wholeNumber('restarts', 0, 1000)
}

function port() {
  const expected = 'a port from 0 to 65535'
  return v.pipe(v.number(expected), v.integer(expected), v.minValue(0, expected), v.maxValue(65_535, expected))
}

function isPostgresUrl(url: string): boolean {
  return /^postgres(ql)?:\/\//.test(url) && URL.canParse(url)
}
