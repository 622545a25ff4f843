import { describe, expect, test } from 'vitest'
import { controlSocketPath, parseDaemonRequest } from '../src/index.ts'
import { defaultStateDir } from '../src/is-watcher-running.ts'

describe('parseDaemonRequest', () => {
  test.each([
    { ask: 'health' },
    { ask: 'stop' },
    { ask: 'restart', child: 'watcher' },
    { ask: 'restart', child: 'web' },
  ])('takes %j', (request) => {
    expect(parseDaemonRequest(JSON.stringify(request))).toEqual(request)
  })

  test.each([
    '',
    'health',
    '{',
    'null',
    '{}',
    '{"ask":"restart"}',
    '{"ask":"restart","child":"init"}',
    '{"ask":"kill"}',
  ])('refuses %j', (line) => {
    expect(parseDaemonRequest(line)).toBeNull()
  })
})

describe('controlSocketPath', () => {
  test('is in the state directory', () => {
    expect(controlSocketPath('/var/lib/turnlog')).toBe('/var/lib/turnlog/control.sock')
  })

  test('is a short one, always the same, for a state directory whose path is too long for a socket', () => {
    const deep = `/home/ada/${'very-long-folder-name/'.repeat(8)}state`
    const path = controlSocketPath(deep)
    expect(path).toMatch(/^\/tmp\/turnlog-\d+\/[0-9a-f]{32}\.sock$/)
    expect(controlSocketPath(deep)).toBe(path)
    expect(controlSocketPath(`${deep}2`)).not.toBe(path)
  })
})

test.each([
  [{ TURNLOG_STATE_DIR: '/srv/log' }, true, '/srv/log'],
  [{}, true, '/var/lib/turnlog'],
  [{ HOME: '/home/ada' }, false, '/home/ada/.local/state/turnlog'],
  [{ HOME: '/home/ada', XDG_STATE_HOME: '/home/ada/state' }, false, '/home/ada/state/turnlog'],
  [{ HOME: '/home/ada', XDG_STATE_HOME: 'relative' }, false, '/home/ada/.local/state/turnlog'],
])('the state directory of %j is the one that the settings have for it', (env, isRoot, expected) => {
  expect(defaultStateDir(env, isRoot)).toBe(expected)
})
