import { expect, test } from 'vitest'
import { fixture, groupMembers, isRunning, measured, startSupervisor, supervise, until } from './support.ts'

async function timed(work: () => Promise<void>): Promise<number> {
  const since = performance.now()
  await work()
  return performance.now() - since
}

test('a child that listens is gone at once, with exit code 0', measured, async () => {
  const { child } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await child.whenReady()
  const pid = child.status().pid as number
  expect(await timed(() => child.stop())).toBeLessThan(200)
  expect(groupMembers(pid)).toEqual([])
  expect(child.status()).toMatchObject({ state: 'stopped', pid: null, lastExit: { reason: 'stop', code: 0 } })
})

test(
  'a child that ignores every request is killed at the deadline, and the stop takes less than two seconds',
  measured,
  async () => {
    const { child, all } = supervise({ modulePath: fixture('stubborn') })
    child.start()
    await child.whenReady()
    expect(await timed(() => child.stop())).toBeLessThan(2_000)
    expect(all('killed')).toMatchObject([{ facts: { cause: 'stop_deadline' } }])
    expect(child.status().lastExit).toMatchObject({ reason: 'stop', signal: 'SIGKILL' })
  },
)

test('a child whose orderly stop takes too long leaves by itself before it is killed', measured, async () => {
  const { child, lines } = supervise({ modulePath: fixture('stops-in'), args: ['60000'] })
  child.start()
  await child.whenReady()
  expect(await timed(() => child.stop())).toBeLessThan(1_600)
  expect(child.status().lastExit).toMatchObject({ reason: 'stop', code: 1, signal: null })
  expect(lines.at(-1)?.text).toContain('took longer than 1200 ms')
})

test('a stopped child is woken to stop in an orderly way', measured, async () => {
  const { child } = supervise({ modulePath: fixture('obedient'), heartbeat: false })
  child.start()
  await child.whenReady()
  process.kill(child.status().pid as number, 'SIGSTOP')
  expect(await timed(() => child.stop())).toBeLessThan(500)
  expect(child.status().lastExit).toMatchObject({ reason: 'stop', code: 0 })
})

test('a program without a channel is stopped by its signal', measured, async () => {
  const { child } = supervise({ command: '/bin/sleep', args: ['60'], stop: { signal: 'SIGINT' } })
  child.start()
  await child.whenReady()
  expect(await timed(() => child.stop())).toBeLessThan(200)
  expect(child.status().lastExit).toMatchObject({ reason: 'stop', signal: 'SIGINT' })
})

test('stop wins during the spawn, during the start, during a back-off and during a restart, and may be called twice', async () => {
  const { child, all } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await Promise.all([child.stop(), child.stop()])
  expect(child.status().state).toBe('stopped')

  child.start()
  await until(() => child.status().heartbeatAgeMs !== null || child.status().ready || child.status().pid !== null)
  await child.stop()
  expect(child.status().state).toBe('stopped')

  child.start()
  await child.whenReady()
  child.restart()
  const stopped = child.stop()
  child.start()
  child.restart()
  await stopped
  expect(child.status().state).toBe('stopped')
  expect(all('exited').map(({ facts }) => facts.reason)).toEqual(['stop', 'stop', 'stop'])

  const crashing = supervise({ command: '/bin/sh', args: ['-c', 'exit 1'], restart: { initialDelayMs: 300 } })
  crashing.child.start()
  await until(() => crashing.child.status().state === 'backing_off')
  await crashing.child.stop()
  const { length } = crashing.told
  await expect(crashing.child.whenReady()).rejects.toThrow('stopped')
  await until(() => performance.now() - (crashing.told.at(-1)?.at as number) > 400)
  expect(crashing.told).toHaveLength(length)
})

test('a child that was stopped can be started again', async () => {
  const { child } = supervise({ modulePath: fixture('obedient') })
  for (let times = 0; times < 3; times++) {
    child.start()
    await child.whenReady()
    await child.stop()
  }
  expect(child.status()).toMatchObject({ state: 'stopped', restartCount: 0 })
})

test('SIGINT, then SIGTERM, then SIGTERM to a supervisor are one orderly stop', async () => {
  using supervisor = startSupervisor({ modulePath: fixture('stops-in'), args: ['300'] })
  const { pid } = await supervisor.next('ready')
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGTERM'] as const) {
    supervisor.process.kill(signal)
    if (isRunning(pid)) process.kill(pid, signal)
  }
  await until(() => supervisor.process.exitCode !== null)
  expect(supervisor.process.exitCode).toBe(0)
  expect(supervisor.facts.filter(({ what }) => what === 'exited')).toMatchObject([{ reason: 'stop', code: 0 }])
  expect(supervisor.facts.filter(({ text }) => text === 'stopped in an orderly way')).toHaveLength(1)
})

test('what a child started goes with it, after a stop as after a crash', async () => {
  const { child, received, all } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await child.whenReady()
  await child.send({ name: 'start a process in the group' })
  const first = await until(() => received[0] as number)
  process.kill(child.status().pid as number, 'SIGKILL')
  await until(() => all('spawned').length === 2)
  expect(isRunning(first)).toBe(false)

  await child.whenReady()
  await child.send({ name: 'start a process in the group' })
  const second = await until(() => received[1] as number)
  await child.stop()
  expect(isRunning(second)).toBe(false)
})

test(
  'a process that left the group and holds the output open makes neither restart nor stop wait',
  measured,
  async () => {
    const { child, received, all } = supervise({ modulePath: fixture('obedient') })
    child.start()
    await child.whenReady()
    await child.send({ name: 'start a process outside of the group' })
    const stranger = await until(() => received[0] as number)
    try {
      const killedAt = performance.now()
      process.kill(child.status().pid as number, 'SIGKILL')
      expect((await until(() => all('spawned')[1])).at - killedAt).toBeLessThan(200)
      await child.whenReady()
      await child.send({ name: 'start a process outside of the group' })
      const another = await until(() => received[1] as number)
      expect(await timed(() => child.stop())).toBeLessThan(600)
      process.kill(another, 'SIGKILL')
    } finally {
      process.kill(stranger, 'SIGKILL')
    }
  },
)
