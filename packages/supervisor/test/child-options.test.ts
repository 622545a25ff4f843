import { describe, expect, test } from 'vitest'
import { resolveChildEnv } from '../src/child-env.ts'
import { resolveChildOptions } from '../src/child-options.ts'
import { clampDelay } from '../src/clock.ts'

describe('child options', () => {
  test('a module is run by this very Node, with a channel, readiness and heartbeats', () => {
    expect(resolveChildOptions({ name: 'a', modulePath: '/a.js', args: ['x'] })).toMatchObject({
      command: process.execPath,
      args: ['/a.js', 'x'],
      channel: true,
      readiness: { timeoutMs: 30_000 },
      heartbeat: { intervalMs: 5_000, timeoutMs: 30_000 },
      stop: { signal: 'SIGTERM', requested: { killMs: 1_700 }, unrequested: { killMs: 2_000 } },
    })
  })

  test('a command has neither, unless asked for', () => {
    expect(resolveChildOptions({ name: 'a', command: 'ls' })).toMatchObject({ channel: false, readiness: null })
    expect(resolveChildOptions({ name: 'a', command: 'ls', heartbeat: {} })).toMatchObject({ channel: true })
  })

  test('a back-off stays well below five seconds, whatever is asked for', () => {
    const options = resolveChildOptions({ name: 'a', command: 'ls', restart: { maxDelayMs: 2 ** 40 } })
    expect(options.restart.maxDelayMs).toBe(4_000)
  })

  test.each([
    [{ modulePath: '/a.js', command: 'ls' }, 'either `modulePath` or `command`'],
    [{}, 'either `modulePath` or `command`'],
    [{ command: 'ls', restart: { maxRestarts: 1.5 } }, '`restart.maxRestarts`'],
    [{ command: 'ls', restart: { windowMs: Number.NaN } }, '`restart.windowMs`'],
    [{ command: 'ls', stop: { requested: { flushMs: 0, killMs: 1 } } }, '`stop.requested.flushMs`'],
    [{ command: 'ls', heartbeat: { intervalMs: 100, timeoutMs: 100 } }, '`heartbeat.timeoutMs`'],
    [{ command: 'ls', heartbeat: { intervalMs: -1 } }, '`heartbeat.intervalMs`'],
    [{ command: 'ls', readiness: { timeoutMs: Number.POSITIVE_INFINITY } }, '`readiness.timeoutMs`'],
  ])('refuses %j by name', (options, message) => {
    expect(() => resolveChildOptions({ name: 'a', ...options })).toThrow(message)
  })
})

describe('child environment', () => {
  const own = { PATH: '/bin', LC_ALL: 'C', NODE_OPTIONS: '--inspect', SECRET: 'x', APP_A: '1', APP_B: '2' }

  test('passes on what is usual and nothing else', () => {
    expect(resolveChildEnv({}, own)).toEqual({ PATH: '/bin', LC_ALL: 'C' })
  })

  test('passes on names and beginnings of names, and sets over them', () => {
    expect(resolveChildEnv({ inherit: ['APP_*'], set: { APP_B: '3' } }, own)).toEqual({ APP_A: '1', APP_B: '3' })
  })
})

describe('timers', () => {
  test('a delay that Node would take for 1 ms is held at the longest it keeps', () => {
    expect([2 ** 40, Number.POSITIVE_INFINITY, Number.NaN, -1, 5].map(clampDelay)).toEqual([
      2 ** 31 - 1,
      2 ** 31 - 1,
      0,
      0,
      5,
    ])
  })
})
