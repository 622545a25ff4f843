import { appendFileSync } from 'node:fs'
import { askDaemon, isWatcherRunning } from '@turnlog/health'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'

/** Makes the pipe that it stands behind as small as a pipe can be, and reads nothing until the other end is closed. */
const HALTED_READER = `exec >/dev/null 2>&1 python3 -c '
import fcntl, select
fcntl.fcntl(0, fcntl.F_SETPIPE_SZ, 4096)
poll = select.poll()
poll.register(0, 0)
poll.poll(30_000)'`

/** Has something said, and waits until it is recorded. */
async function say(machine: Machine, text: string): Promise<void> {
  appendFileSync(machine.transcript(SESSION), promptLine(text, text))
  await until(
    () => machine.texts().catch((): readonly string[] => []),
    (texts) => texts.includes(text),
  )
}

/** Everything that makes the daemon log something: crashes of its children, and a restart that was asked for. */
async function haveTrouble(machine: Machine): Promise<void> {
  const { watcher, web } = await healthOf(machine, isWell)
  process.kill(watcher.pid as number, 'SIGKILL')
  process.kill(web.pid as number, 'SIGKILL')
  await healthOf(
    machine,
    (health) => isWell(health) && health.watcher.pid !== watcher.pid && health.web.pid !== web.pid,
  )
  expect((await machine.run('restart')).code).toBe(0)
}

describe.skipIf(process.platform !== 'linux')('turnlog start', { timeout: 120_000 }, () => {
  test.each([
    ['the disk is full for its log', 'exec "$@" >/dev/full 2>&1'],
    ['the disk is full for a log in plain words', 'TURNLOG_LOGGING__FORMAT=pretty exec "$@" >/dev/full 2>&1'],
    ['the reader of its log goes away (`| head -n 1`)', 'exec "$@" > >(head -n 1) 2>&1'],
    ['its output was closed before it began', 'exec "$@" >&- 2>&-'],
  ])('goes on recording when %s, and stops in order', async (_, script) => {
    await using machine = new Machine()
    const turnlog = machine.startIn(script, { TURNLOG_LOGGING__LEVEL: 'debug' })
    await say(machine, 'before')
    await haveTrouble(machine)
    await say(machine, 'after')
    await healthOf(machine, isWell)
    expect(await askDaemon(machine.stateDir, { ask: 'health' })).toMatchObject({ answer: { pid: turnlog.pid } })
    expect(await machine.texts()).toEqual(['before', 'after'])
    expect(await isWatcherRunning({ stateDir: machine.stateDir })).toBe(true)
    expect(await machine.run('status')).toMatchObject({ code: 0, output: expect.stringContaining('turnlog is ok') })

    expect(await machine.run('stop')).toMatchObject({ code: 0, output: 'turnlog is stopped.' })
    expect(await turnlog.exited).toBe(0)
    expect(await machine.run('status')).toMatchObject({ code: 3 })
  })

  test('ends in time, although the reader of its log has come to a halt with lines before it', async () => {
    await using machine = new Machine()
    const turnlog = machine.startIn(`exec "$@" > >(${HALTED_READER}) 2>&1`, {
      TURNLOG_LOGGING__LEVEL: 'debug',
    })
    await say(machine, 'before')
    for (let restarts = 0; restarts < 12; restarts += 1) expect((await machine.run('restart', 'web')).code).toBe(0)
    await say(machine, 'after')
    expect((await machine.run('status')).code).toBe(0)
    const begun = performance.now()
    turnlog.kill('SIGTERM')
    expect(await turnlog.exited).toBe(0)
    expect(performance.now() - begun).toBeLessThan(2_000)
  })
})
