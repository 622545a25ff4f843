import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadSettings } from '../src/index.ts'
import { configFolder } from './config-folder.ts'

const top = join(import.meta.dirname, '../../..')

describe('the file', () => {
  test('may be missing: all is default', () => {
    using folder = configFolder()
    expect(folder.load()).toEqual({
      configFile: null,
      server: { host: '127.0.0.1', port: 5055 },
      logging: { level: 'info', format: 'auto' },
      database: { url: 'embedded', poolSize: 4 },
      stateDir: '/home/ada/.local/state/turnlog',
      sources: [
        { agent: 'claude_code', path: '/home/ada/.claude/projects' },
        { agent: 'codex', path: '/home/ada/.codex/sessions' },
      ],
      fileWatcher: {
        pollingIntervalSeconds: 2,
        reconcileIntervalSeconds: 60,
        inactivityTimeoutSeconds: 5400,
        maxLineBytes: 33_554_432,
      },
      eventSystem: {
        writeRetryAttempts: 3,
        writeRetryDelayMs: 100,
        maxRestarts: 5,
        restartWindowSeconds: 60,
        heartbeatTimeoutSeconds: 30,
        shutdownTimeoutSeconds: 2,
      },
    })
  })

  test('that comes with turnlog says what the defaults are', () => {
    using folder = configFolder()
    const documented = loadSettings({ env: {}, root: top, home: '/home/ada', isRoot: false })
    expect({ ...documented, configFile: null }).toEqual(folder.load())
  })

  test.each(['', '# nothing but a comment\n', 'server:\n', 'server: {}\n'])(
    'may be empty, in part or as a whole: %j',
    (yaml) => {
      using folder = configFolder(yaml)
      expect(folder.load().server).toEqual({ host: '127.0.0.1', port: 5055 })
    },
  )

  test('changes the keys that it names, and no other', () => {
    using folder = configFolder('server:\n  port: 6000\nfile_watcher: { polling_interval_seconds: 0.5 }\n')
    const settings = folder.load()
    expect(settings.server).toEqual({ host: '127.0.0.1', port: 6000 })
    expect(settings.fileWatcher).toMatchObject({ pollingIntervalSeconds: 0.5, reconcileIntervalSeconds: 60 })
    expect(settings.configFile).toBe(join(folder.root, 'config.yaml'))
  })

  test('named by TURNLOG_CONFIG is read instead', () => {
    using folder = configFolder('server: { port: 1 }')
    folder.write('other.yaml', 'server: { port: 2 }')
    expect(folder.load({ TURNLOG_CONFIG: 'other.yaml' }).server.port).toBe(2)
    expect(folder.load({ TURNLOG_CONFIG: 'none.yaml' }, { file: 'other.yaml' }).server.port).toBe(2)
  })

  test('named by TURNLOG_CONFIG must be there', () => {
    using folder = configFolder()
    expect(folder.refusal({ TURNLOG_CONFIG: '/none/at/all.yaml' })).toBe(
      'The configuration has a problem:\n  /none/at/all.yaml: expected a readable file, found none',
    )
  })
})

describe('a variable', () => {
  test('wins over the file', () => {
    using folder = configFolder('server: { port: 6000, host: ::1 }')
    expect(folder.load({ TURNLOG_SERVER__PORT: '7000' }).server).toEqual({ host: '::1', port: 7000 })
  })

  test('sets numbers, words and texts alike', () => {
    using folder = configFolder()
    const settings = folder.load({
      TURNLOG_FILE_WATCHER__POLLING_INTERVAL_SECONDS: '.25',
      TURNLOG_LOGGING__FORMAT: 'json',
      TURNLOG_SERVER__HOST: '0',
    })
    expect(settings.fileWatcher.pollingIntervalSeconds).toBe(0.25)
    expect(settings.logging.format).toBe('json')
    expect(settings.server.host).toBe('0')
  })

  test.each(['[{"agent":"codex","path":"/x"}]', '- agent: codex\n  path: /x'])('sets the sources: %j', (text) => {
    using folder = configFolder('sources: [{ agent: claude_code, path: /y }]')
    expect(folder.load({ TURNLOG_SOURCES: text }).sources).toEqual([{ agent: 'codex', path: '/x' }])
  })

  test('that is empty counts as not set', () => {
    using folder = configFolder('server: { port: 6000 }')
    expect(folder.load({ TURNLOG_SERVER__PORT: '', DATABASE_URL: ' ', TURNLOG_CONFIG: '' }).server.port).toBe(6000)
  })

  test('of another program is none of our business', () => {
    using folder = configFolder()
    expect(() => folder.load({ TURNLOG_CRASH_AT: 'commit', SERVER__PORT: 'x' })).not.toThrow()
  })
})

describe('the URL of the database', () => {
  test('comes from the file, then DATABASE_URL, then TURNLOG_DATABASE__URL', () => {
    using folder = configFolder('database: { url: postgres://file/db }')
    const shared = { DATABASE_URL: 'postgresql://shared/db' }
    expect(folder.load().database.url).toBe('postgres://file/db')
    expect(folder.load(shared).database.url).toBe('postgresql://shared/db')
    expect(folder.load({ ...shared, TURNLOG_DATABASE__URL: 'embedded' }).database.url).toBe('embedded')
  })

  test.each(['postgres:///db?host=/run/postgresql', 'postgres://a:p%40ss@[::1]:5433/db?sslmode=require'])(
    'may be %s',
    (url) => {
      using folder = configFolder()
      expect(folder.load({ DATABASE_URL: url }).database.url).toBe(url)
    },
  )

  test('is never shown with its password', () => {
    using folder = configFolder('database: { url: postgras://ada:let/me@in@host/db }')
    expect(folder.refusal()).toContain('found "postgras://***@host/db"')
  })
})

describe('a folder', () => {
  test('may start at the home folder, at the folder of the file, or where the command runs', () => {
    using folder = configFolder('state_dir: state\nsources: [{ agent: codex, path: ~/logs }]')
    expect(folder.load().stateDir).toBe(join(folder.root, 'state'))
    expect(folder.load().sources[0]?.path).toBe('/home/ada/logs')
    expect(folder.load({ TURNLOG_STATE_DIR: 'state' }, { cwd: '/elsewhere' }).stateDir).toBe('/elsewhere/state')
  })

  test('of the state is chosen by account unless it is named', () => {
    using folder = configFolder()
    expect(folder.load({}, { isRoot: true }).stateDir).toBe('/var/lib/turnlog')
    expect(folder.load({ XDG_STATE_HOME: '/xdg' }).stateDir).toBe('/xdg/turnlog')
    expect(folder.load({ XDG_STATE_HOME: 'relative' }).stateDir).toBe('/home/ada/.local/state/turnlog')
    expect(folder.load({ TURNLOG_STATE_DIR: '/mine' }, { isRoot: true }).stateDir).toBe('/mine')
  })

  test('of transcripts follows the agent that was told to keep them elsewhere', () => {
    using folder = configFolder()
    const moved = folder.load({ CODEX_HOME: '/codex', CLAUDE_CONFIG_DIR: '~/claude' })
    expect(moved.sources.map(({ path }) => path)).toEqual(['/home/ada/claude/projects', '/codex/sessions'])
  })

  test('of transcripts that is named stays where it is named', () => {
    using folder = configFolder('sources: [{ agent: codex, path: /mine }]')
    expect(folder.load({ CODEX_HOME: '/codex' }).sources).toEqual([{ agent: 'codex', path: '/mine' }])
  })
})

describe('the old name of a key', () => {
  const OLD = 'TURNLOG_EVENT_SYSTEM__MAX_RESTARTS_PER_MINUTE'
  const NEW = 'TURNLOG_EVENT_SYSTEM__MAX_RESTARTS'

  test.each([
    ['in the file', 'event_system: { max_restarts_per_minute: 7 }', {}],
    ['in a variable', '', { [OLD]: '7' }],
    ['in a variable, with the new name in the file', 'event_system: { max_restarts: 1 }', { [OLD]: '7' }],
    ['in the file, with the new name in a variable', 'event_system: { max_restarts_per_minute: 1 }', { [NEW]: '7' }],
  ])('is accepted %s', (_, yaml, env) => {
    using folder = configFolder(yaml)
    expect(folder.load(env as Record<string, string>).eventSystem.maxRestarts).toBe(7)
  })
})

test('settings are frozen to the last key', () => {
  using folder = configFolder()
  const settings = folder.load()
  for (const part of [settings, settings.server, settings.sources, settings.sources[0]])
    expect(Object.isFrozen(part)).toBe(true)
})
