import { describe, expect, test } from 'vitest'
import { configFolder } from './config-folder.ts'

/** The lines below the first one. */
function problems(yaml: string | undefined, env: Record<string, string> = {}): readonly string[] {
  using folder = configFolder(yaml)
  return folder
    .refusal(env)
    .split('\n')
    .slice(1)
    .map((line) => line.trim())
}

test('all problems are told at once, those of the file and those of the environment', () => {
  using folder = configFolder('server:\n  port: abc\nlogging: { level: loud }\n')
  expect(folder.refusal({ TURNLOG_DATABASE__POOL_SIZE: '0' })).toBe(
    [
      'The configuration has 3 problems:',
      '  server.port (config.yaml:2:3): expected a port from 0 to 65535, found "abc"',
      '  logging.level (config.yaml:3:12): expected one of trace, debug, info, warn, error, fatal, silent, found "loud"',
      '  database.pool_size (TURNLOG_DATABASE__POOL_SIZE): expected a whole number of connections from 1 to 100, found 0',
    ].join('\n'),
  )
})

describe('a value of the wrong kind is refused', () => {
  test.each([
    ['server: 5055', 'server (config.yaml:1:1): expected the keys host, port, found 5055'],
    ['server: [1]', 'server (config.yaml:1:1): expected the keys host, port, found a list'],
    ['server: { port: 70000 }', 'server.port (config.yaml:1:11): expected a port from 0 to 65535, found 70000'],
    ['server: { port: 80.5 }', 'server.port (config.yaml:1:11): expected a port from 0 to 65535, found 80.5'],
    ['server: { host: }', 'server.host (config.yaml:1:11): expected a host name or an address, found nothing'],
    ['state_dir: ""', 'state_dir (config.yaml:1:1): expected `auto` or a folder, found ""'],
    ['sources: ~/x', 'sources (config.yaml:1:1): expected a list of sources, each with agent and path, found "~/x"'],
    ['sources:\n  - codex', 'sources.0 (config.yaml:2:5): expected the keys agent, path, found "codex"'],
    ['sources:\n  - agent: codex', 'sources.0.path (config.yaml:2:5): expected a value, found nothing'],
    [
      'database: { url: mysql://h/d }',
      'database.url (config.yaml:1:13): expected `embedded` or a postgres:// URL, found "mysql://h/d"',
    ],
    [
      'file_watcher: { polling_interval_seconds: .inf }',
      'file_watcher.polling_interval_seconds (config.yaml:1:17): expected a number of seconds from 0.05 to 3600, found Infinity',
    ],
    [
      'file_watcher: { max_line_bytes: 1e12 }',
      'file_watcher.max_line_bytes (config.yaml:1:17): expected a whole number of bytes from 256 to 268435456, found 1000000000000',
    ],
  ])('%s', (yaml, problem) => {
    expect(problems(yaml)).toEqual([problem])
  })
})

describe('the old and the new name of a key together are refused', () => {
  const message = 'expected only `max_restarts`, of which this is the old name, found 7'

  test('in the file', () => {
    expect(problems('event_system: { max_restarts: 7, max_restarts_per_minute: 7 }')).toEqual([
      `event_system.max_restarts_per_minute (config.yaml:1:34): ${message}`,
    ])
  })

  test('in variables', () => {
    const [before, after] = ['TURNLOG_EVENT_SYSTEM__MAX_RESTARTS_PER_MINUTE', 'TURNLOG_EVENT_SYSTEM__MAX_RESTARTS']
    expect(problems(undefined, { [before]: '7', [after]: '7' })).toEqual([
      `event_system.max_restarts_per_minute (${before}): ${message}`,
    ])
  })
})

describe('a key that is not known is refused, with what was probably meant', () => {
  test.each([
    ['servr: { port: 1 }', 'servr (config.yaml:1:1): expected a known key, found an unknown one; did you mean server?'],
    [
      'server: { prot: 1 }',
      'server.prot (config.yaml:1:11): expected a known key, found an unknown one; did you mean server.port?',
    ],
    ['stateDir: /x', 'stateDir (config.yaml:1:1): expected a known key, found an unknown one; did you mean state_dir?'],
    ['port: 1', 'port (config.yaml:1:1): expected a known key, found an unknown one; did you mean server.port?'],
    ['weather: fine', 'weather (config.yaml:1:1): expected a known key, found an unknown one'],
  ])('%s', (yaml, problem) => {
    expect(problems(yaml)).toEqual([problem])
  })

  test('every one of them', () => {
    expect(problems('one: 1\ntwo: 2\nserver: { three: 3, four: 4 }')).toHaveLength(4)
  })
})

describe('a variable that names no key is refused', () => {
  test.each([
    [
      'TURNLOG_SERVER__PROT',
      'TURNLOG_SERVER__PROT: expected the name of a known key, found an unknown one; did you mean TURNLOG_SERVER__PORT?',
    ],
    [
      'TURNLOG_SERVER_PORT',
      'TURNLOG_SERVER_PORT: expected the name of a known key, found an unknown one; did you mean TURNLOG_SERVER__PORT?',
    ],
    [
      'TURNLOG_STATEDIR',
      'TURNLOG_STATEDIR: expected the name of a known key, found an unknown one; did you mean TURNLOG_STATE_DIR?',
    ],
    ['TURNLOG_WEATHER__TODAY', 'TURNLOG_WEATHER__TODAY: expected the name of a known key, found an unknown one'],
  ])('%s', (name, problem) => {
    expect(problems(undefined, { [name]: '1' })).toEqual([problem])
  })
})

describe('a value that a variable sets is refused by the name of the variable', () => {
  test.each([
    [
      'TURNLOG_SERVER__PORT',
      '0x10',
      'server.port (TURNLOG_SERVER__PORT): expected a port from 0 to 65535, found "0x10"',
    ],
    [
      'TURNLOG_SOURCES',
      '[',
      'sources (TURNLOG_SOURCES): expected a list of sources, each with agent and path, found "["',
    ],
    [
      'TURNLOG_SOURCES',
      '[{"agent":"cody","path":"/x"}]',
      'sources.0.agent (TURNLOG_SOURCES): expected one of claude_code, codex, found "cody"',
    ],
    [
      'DATABASE_URL',
      'localhost',
      'database.url (DATABASE_URL): expected `embedded` or a postgres:// URL, found "localhost"',
    ],
  ])('%s=%s', (name, value, problem) => {
    expect(problems(undefined, { [name]: value })).toEqual([problem])
  })
})

describe('what is not YAML is refused', () => {
  test('with every place that is wrong', () => {
    const found = problems('server: { port: 1\nserver: }\nlogging: "open')
    expect(found.length).toBeGreaterThan(1)
    for (const line of found) expect(line).toMatch(/^config\.yaml:\d+:\d+: expected valid YAML, found /)
  })

  test('when a key stands twice', () => {
    expect(problems('state_dir: /a\nstate_dir: /b')).toEqual([
      'config.yaml:2:1: expected valid YAML, found Map keys must be unique',
    ])
  })

  test.each(['- a\n- list', 'just a text', '*nowhere', 'a: 1\n---\nb: 2'])('%j', (yaml) => {
    expect(problems(yaml)).toHaveLength(1)
  })

  test('without quoting the line, which may hold a password', () => {
    expect(problems('database:\n  url: "postgres://ada:secret@host\n').join()).not.toContain('secret')
  })
})
