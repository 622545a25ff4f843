import { expect, test } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { askStatus, fixture, isRunning, quickHeartbeat, startSupervisor, supervise, until } from './support.ts'

const often = { maxRestarts: 1_000_000, initialDelayMs: 0.001, maxDelayMs: 0.001 }

test.each([
  { name: 'exit', argument: 0, exit: { reason: 'exit', code: 0, signal: null } },
  { name: 'exit', argument: 1, exit: { reason: 'exit', code: 1, signal: null } },
  { name: 'signal', argument: 'SIGKILL', exit: { reason: 'signal', code: null, signal: 'SIGKILL' } },
  { name: 'signal', argument: 'SIGSEGV', exit: { reason: 'signal', code: null, signal: 'SIGSEGV' } },
  { name: 'signal', argument: 'SIGABRT', exit: { reason: 'signal', code: null, signal: 'SIGABRT' } },
])('a child that ends by $name $argument is ready again at once, and its end is kept as it was', async (end) => {
  const { child, all } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await child.whenReady()
  const first = child.status()
  await child.send({ name: end.name, argument: end.argument })
  await until(() => all('ready').length === 2)
  expect(child.status().lastExit).toMatchObject({ ...end.exit, pid: first.pid, instance: first.instance })
  expect(child.status()).toMatchObject({ state: 'running', ready: true, restartCount: 1, restartsInWindow: 1 })
  expect(child.status().instance).not.toBe(first.instance)
})

test('a child is restarted however often it is killed', async () => {
  const { child, all } = supervise({ modulePath: fixture('obedient'), restart: often })
  child.start()
  await child.whenReady()
  for (let kills = 1; kills <= 11; kills++) {
    process.kill(child.status().pid as number, 'SIGKILL')
    await until(() => all('ready').length === kills + 1)
  }
  expect(child.status()).toMatchObject({ state: 'running', restartCount: 11 })
})

test('the sixth death in a minute is told once, and ends the restarts until an operator asks for one', async () => {
  const { child, all } = supervise({ command: '/bin/sh', args: ['-c', 'exit 3'] })
  child.start()
  await until(() => child.status().state === 'crash_loop')
  expect(all('spawned')).toHaveLength(6)
  expect(all('gaveUp')).toMatchObject([{ facts: { restarts: 5, maxRestarts: 5, exit: { code: 3 } } }])
  expect(all('restarting').map(({ facts }) => facts.delayMs)).toEqual([0, 100, 200, 400, 800])
  expect(child.status()).toMatchObject({ pid: null, ready: false, restartCount: 5, exits: { length: 5 } })
  await expect(child.whenReady()).rejects.toMatchObject({ name: 'ChildNotReadyError', state: 'crash_loop' })

  child.reset()
  expect(all('spawned')).toHaveLength(7)
  await until(() => child.status().state === 'crash_loop')
  expect(all('gaveUp')).toHaveLength(2)
})

test('restarts that an operator asks for are orderly and count as no crash', async () => {
  const { child, all } = supervise({ modulePath: fixture('obedient') })
  child.start()
  for (let restarts = 1; restarts <= 7; restarts++) {
    await child.whenReady()
    child.restart()
    await until(() => all('ready').length === restarts + 1)
  }
  expect(all('exited').map(({ facts }) => [facts.reason, facts.code])).toEqual(Array(7).fill(['restart', 0]))
  expect(child.status()).toMatchObject({ state: 'running', restartCount: 0, restartsInWindow: 0 })
})

test('a changed wall clock changes nothing', async () => {
  let isTomorrow = false
  const date = (): Date => {
    isTomorrow = !isTomorrow
    return new Date(Date.now() + (isTomorrow ? 86_400_000 : -86_400_000))
  }
  const clock = { ...systemClock, date }
  const { child, all } = supervise({ modulePath: fixture('obedient'), clock, heartbeat: quickHeartbeat })
  child.start()
  await child.whenReady()
  const { pid } = child.status()
  await until(() => (child.status().heartbeatAgeMs as number) > 150)
  await until(() => (child.status().heartbeatAgeMs as number) < 50)
  expect(child.status().pid).toBe(pid)
  for (let deaths = 1; deaths <= 6; deaths++) {
    process.kill(child.status().pid as number, 'SIGKILL')
    await until(() => all('exited').length === deaths)
    await child.whenReady().catch(() => {})
  }
  expect(child.status().state).toBe('crash_loop')
})

test('a child that is not ready in time is killed and counts as crashed', async () => {
  const readiness = { timeoutMs: 300 }
  const { child, all } = supervise({ modulePath: fixture('never-ready'), readiness, restart: { maxRestarts: 1 } })
  child.start()
  await until(() => child.status().state === 'crash_loop')
  expect(all('killed').map(({ facts }) => facts.cause)).toEqual(['not_ready', 'not_ready'])
  expect(all('exited').map(({ facts }) => facts.reason)).toEqual(['not_ready', 'not_ready'])
})

test('a child that loads for longer than the heartbeat timeout is not killed, and is reported ready once', async () => {
  const { child, all } = supervise({ modulePath: fixture('ready-after'), args: ['1500'], heartbeat: quickHeartbeat })
  child.start()
  expect(child.status()).toMatchObject({ state: 'starting', ready: false })
  await child.whenReady()
  expect(all('ready')).toHaveLength(1)
  expect(child.status().restartCount).toBe(0)
})

const RESTARTS = Number(process.env.TURNLOG_SUPERVISOR_RESTARTS ?? 300)

test(`${RESTARTS} restarts leave no file and no timer behind`, { timeout: 240_000 }, async () => {
  const options = { command: '/bin/sh', args: ['-c', 'echo x; exit 1'], restart: often }
  using supervisor = startSupervisor(options)
  const reach = (count: number) =>
    until(() => supervisor.facts.filter(({ what }) => what === 'spawned').length > count, 220_000)
  await reach(RESTARTS / 3)
  const early = await askStatus(supervisor)
  await reach(RESTARTS)
  const late = await askStatus(supervisor)
  expect(late.files).toBeLessThanOrEqual(early.files + 8)
  expect(late.resources).toBeLessThanOrEqual(early.resources + 8)
  supervisor.ask('stop')
  await until(() => !isRunning(supervisor.process.pid as number))
})
