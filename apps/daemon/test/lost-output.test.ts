import { appendFileSync } from 'node:fs'
import { askDaemon, isWatcherRunning } from '@turnlog/health'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'

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

describe.skipIf(process.platform !== 'linux')('turnlog start', { timeout: 60_000 }, () => {
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
})
