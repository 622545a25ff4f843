import { existsSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { controlSocketPath, isWatcherRunning } from '@turnlog/health'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { descendantsOf, isAlive, isRunning } from './support/processes.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'
/** Enough to be importing for some seconds. */
const HISTORY = Array.from({ length: 40_000 }, (_, index) =>
  promptLine(`u${index}`, `turn ${index} ${'x'.repeat(500)}`),
).join('')

async function importing(machine: Machine): Promise<void> {
  await until(
    () => machine.texts().catch((): readonly string[] => []),
    (texts) => texts.length > 0,
  )
  await machine.disconnect()
}

describe.skipIf(process.platform !== 'linux')('turnlog start', { timeout: 120_000 }, () => {
  test.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGHUP', 'SIGINT'],
    ['SIGINT', 'SIGTERM'],
  ] as const)(
    'ends in time and in order on %s in the middle of an import, and a %s after it changes nothing',
    async (first, second) => {
      await using machine = new Machine()
      writeFileSync(machine.transcript(SESSION), HISTORY)
      const turnlog = machine.start()
      await importing(machine)
      const tree = descendantsOf(turnlog.pid)
      const begun = performance.now()
      turnlog.kill(first)
      await sleep(20)
      turnlog.kill(second)
      expect(await turnlog.exited).toBe(0)
      expect(performance.now() - begun).toBeLessThan(2_000)
      expect(tree.length).toBeGreaterThan(3)
      expect(tree.filter(isAlive)).toEqual([])
      expect(turnlog.log.at(-1)?.msg).toBe('stopped')
      expect(turnlog.output).not.toMatch(/unexpectedly|is killed/)
      expect(existsSync(controlSocketPath(machine.stateDir))).toBe(false)
    },
  )

  test('leaves nothing but the database when it is killed, and the next start takes that over', async () => {
    await using machine = new Machine()
    writeFileSync(machine.transcript(SESSION), HISTORY)
    const turnlog = machine.start()
    await importing(machine)
    const tree = descendantsOf(turnlog.pid)
    turnlog.kill('SIGKILL')
    await turnlog.exited
    const left = await until(
      () => tree.filter((pid) => isAlive(pid) && !isRunning(pid, 'postgres')),
      (pids) => pids.length === 0,
    )
    expect(left).toEqual([])
    // What is left of the daemon is a socket that nobody listens on. Nobody takes it for a daemon.
    expect(existsSync(controlSocketPath(machine.stateDir))).toBe(true)
    expect(await isWatcherRunning({ stateDir: machine.stateDir })).toBe(false)
    expect(await machine.run('status')).toMatchObject({ code: 3, output: expect.stringContaining('not running') })

    const next = machine.start()
    await until(
      () => next.output,
      (output) => /database found running, taken over/.test(output),
    )
    const texts = await until(
      () => machine.texts(),
      (found) => found.length >= 40_000,
    )
    expect(new Set(texts).size).toBe(40_000)
    expect(texts).toHaveLength(40_000)
  })

  test('of two at once exactly one runs, and the other is refused with 75, twenty times', async () => {
    await using machine = new Machine({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' })
    for (let round = 1; round <= 20; round += 1) {
      const both = [machine.start(), machine.start()] as const
      const refused = await Promise.race(both.map(async (turnlog) => ((await turnlog.exited) === 75 ? turnlog : null)))
      expect(refused?.output).toMatch(/already runs/)
      const running = both.find((turnlog) => turnlog !== refused)
      await healthOf(machine, ({ watcher }) => watcher.running)
      expect((await running?.stop())?.code).toBe(0)
    }
  })

  test('of twenty at once exactly one runs, and nineteen are refused with 75', async () => {
    await using machine = new Machine({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' })
    const all = Array.from({ length: 20 }, () => machine.start())
    const codes: (number | null)[] = []
    for (const turnlog of all) void turnlog.exited.then((code) => codes.push(code))
    await until(
      () => codes,
      ({ length }) => length >= 19,
    )
    await healthOf(machine, ({ watcher }) => watcher.running)
    expect(codes).toEqual(Array(19).fill(75))
    expect(await machine.run('stop')).toMatchObject({ code: 0 })
    await Promise.all(all.map((turnlog) => turnlog.exited))
    expect(codes).toEqual([...Array(19).fill(75), 0])
  })
})

describe('turnlog status, stop and restart', { timeout: 120_000 }, () => {
  test('tell and do, and say so when nothing runs', async () => {
    await using machine = new Machine()
    expect(await machine.run('status', '--json')).toMatchObject({
      code: 3,
      output: expect.stringContaining('"status": "down"'),
    })
    expect(await machine.run('stop')).toMatchObject({ code: 0, output: 'turnlog is not running.' })
    expect((await machine.run('restart')).code).toBe(7)
    expect((await machine.run('restart', 'database')).code).toBe(64)

    const turnlog = machine.start()
    const before = await healthOf(machine, isWell)
    const { code, output } = await machine.run('status')
    expect(code).toBe(0)
    expect(output).toMatch(/^✓ turnlog is ok$/m)
    expect(output).toMatch(new RegExp(`watcher +ready · .*process ${before.watcher.pid}`))
    expect(JSON.parse((await machine.run('status', '--json')).output)).toMatchObject({
      status: 'ok',
      watcher: { pid: before.watcher.pid },
    })

    const restarted = await machine.run('restart')
    expect(restarted).toMatchObject({ code: 0, output: expect.stringMatching(/watcher was restarted/) })
    const after = await healthOf(machine, isWell)
    expect([after.watcher.pid, after.web.pid]).not.toContain(before.watcher.pid)
    // Asked for is not crashed.
    expect([after.watcher.restart_count, after.web.restart_count]).toEqual([0, 0])

    expect(await machine.run('stop')).toMatchObject({ code: 0, output: 'turnlog is stopped.' })
    expect(await turnlog.exited).toBe(0)
  })

  test('work on a state directory whose path is too long for a socket', async () => {
    const deep = 'a-folder-with-a-rather-long-name/'.repeat(4)
    await using machine = new Machine({ DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing' })
    const env = { TURNLOG_STATE_DIR: `${machine.stateDir}/${deep}` }
    machine.start(env)
    await until(
      () => isWatcherRunning({ stateDir: env.TURNLOG_STATE_DIR }),
      (isRunning) => isRunning,
    )
  })
})
