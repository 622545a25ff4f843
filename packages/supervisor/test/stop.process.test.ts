import { describe, expect, test } from 'vitest'
import { fixture, groupMembers, isRunning, startSupervisor, supervise, until } from './support.ts'

test('a child that listens exits with code 0, and nothing is left of its group', async () => {
  const { child, all } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await child.whenReady()
  const pid = child.status().pid as number
  await child.stop()
  expect(groupMembers(pid)).toEqual([])
  expect(all('killed')).toEqual([])
  expect(child.status()).toMatchObject({ state: 'stopped', pid: null, lastExit: { reason: 'stop', code: 0 } })
})

test('a child that ignores every request is killed at the deadline', async () => {
  const { child, all } = supervise({ modulePath: fixture('stubborn') })
  child.start()
  await child.whenReady()
  await child.stop()
  expect(all('killed')).toMatchObject([{ facts: { cause: 'stop_deadline' } }])
  expect(child.status().lastExit).toMatchObject({ reason: 'stop', signal: 'SIGKILL' })
})

test('a child whose graceful shutdown takes too long exits by itself before it is killed', async () => {
  const stop = { requested: { flushMs: 300, killMs: 60_000 } }
  const { child, lines } = supervise({ modulePath: fixture('stops-in'), args: ['600000'], stop })
  child.start()
  await child.whenReady()
  await child.stop()
  expect(child.status().lastExit).toMatchObject({ reason: 'stop', code: 1, signal: null })
  expect(lines.at(-1)?.text).toContain('took longer than 300 ms')
})

test('a child that was sent SIGSTOP is woken to stop gracefully', async () => {
  const stop = { requested: { flushMs: 50_000, killMs: 60_000 } }
  const { child } = supervise({ modulePath: fixture('obedient'), heartbeat: false, stop })
  child.start()
  await child.whenReady()
  process.kill(child.status().pid as number, 'SIGSTOP')
  await child.stop()
  expect(child.status().lastExit).toMatchObject({ reason: 'stop', code: 0 })
})

test('a program without a channel is stopped by its signal', async () => {
  const { child } = supervise({ command: '/bin/sleep', args: ['60'], stop: { signal: 'SIGINT' } })
  child.start()
  await child.whenReady()
  await child.stop()
  expect(child.status().lastExit).toMatchObject({ reason: 'stop', signal: 'SIGINT' })
})

describe('a signal to the child alone', () => {
  const unrequested = { flushMs: 50_000, killMs: 60_000 }
  const heartbeat = { intervalMs: 100, timeoutMs: 1_000 }

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s: the child finishes, longer than the heartbeat timeout, exits with 0, and is restarted',
    async (signal) => {
      const { child, all, lines } = supervise({
        modulePath: fixture('stops-in'),
        args: ['1500'],
        heartbeat,
        stop: { unrequested },
      })
      child.start()
      await child.whenReady()
      const { pid, lastHeartbeatAt } = child.status()
      process.kill(pid as number, signal)
      await until(() => child.status().state === 'stopping')
      await until(() => child.status().lastHeartbeatAt !== lastHeartbeatAt)
      expect(child.status()).toMatchObject({ state: 'stopping', pid })
      await until(() => all('ready').length === 2)
      expect(all('exited')).toMatchObject([{ facts: { pid, reason: 'exit', code: 0 } }])
      expect(all('killed')).toEqual([])
      expect(lines.at(-1)?.text).toBe('stopped in an orderly way')
      expect(child.status().restartCount).toBe(1)
    },
  )

  test('has its own limit, after which the child exits by itself', async () => {
    const stop = { unrequested: { flushMs: 300, killMs: 60_000 } }
    const { child, all, lines } = supervise({ modulePath: fixture('stops-in'), args: ['600000'], stop })
    child.start()
    await child.whenReady()
    process.kill(child.status().pid as number, 'SIGTERM')
    await until(() => all('exited').length === 1)
    expect(all('exited')).toMatchObject([{ facts: { reason: 'exit', code: 1 } }])
    await until(() => lines.some(({ text }) => text.includes('took longer than 300 ms')))
  })

  test('and a stop at the same moment are one stop, with the time of the stop', async () => {
    const stop = { requested: { flushMs: 300, killMs: 60_000 }, unrequested }
    const { child, all } = supervise({ modulePath: fixture('stops-in'), args: ['600000'], stop })
    child.start()
    await child.whenReady()
    process.kill(child.status().pid as number, 'SIGTERM')
    await until(() => child.status().state === 'stopping')
    await child.stop()
    expect(all('exited')).toMatchObject([{ facts: { reason: 'stop', code: 1 } }])
    expect(child.status()).toMatchObject({ state: 'stopped', restartCount: 0 })
  })
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

test('a process that left the group and holds the output open delays neither restart nor stop', async () => {
  const { child, received, all } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await child.whenReady()
  await child.send({ name: 'start a process outside of the group' })
  const first = await until(() => received[0] as number)
  process.kill(child.status().pid as number, 'SIGKILL')
  await until(() => all('ready').length === 2)
  await child.send({ name: 'start a process outside of the group' })
  const second = await until(() => received[1] as number)
  await child.stop()
  for (const pid of [first, second]) {
    expect(isRunning(pid), 'it was not waited for').toBe(true)
    process.kill(pid, 'SIGKILL')
  }
})
