import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { fixture, measured, startSupervisor, supervise, until } from './support.ts'

test(
  'a child in a busy loop is found within a second, killed, and replaced like one that crashed',
  measured,
  async () => {
    const { child, all } = supervise({ modulePath: fixture('obedient') })
    child.start()
    await child.whenReady()
    const blockedAt = performance.now()
    void child.send({ name: 'block', argument: 60_000 })
    const { at, facts } = await until(() => all('killed')[0])
    expect(facts.cause).toBe('hung')
    expect(at - blockedAt).toBeLessThan(1_000)
    await child.whenReady()
    expect(child.status()).toMatchObject({ restartCount: 1, lastExit: { reason: 'hung', signal: 'SIGKILL' } })
  },
)

test('a stopped child is found within a second and replaced', measured, async () => {
  const { child, all } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await child.whenReady()
  const stoppedAt = performance.now()
  process.kill(child.status().pid as number, 'SIGSTOP')
  const { at } = await until(() => all('killed')[0])
  expect(at - stoppedAt).toBeLessThan(1_000)
  await until(() => all('ready').length === 2)
})

test('a child that is busy for less than a hang lives on', measured, async () => {
  const { child, all } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await child.whenReady()
  for (let times = 1; times <= 3; times++) {
    await child.send({ name: 'block', argument: 500 })
    await until(() => (child.status().heartbeatAgeMs as number) > 300)
    await until(() => (child.status().heartbeatAgeMs as number) < 100)
  }
  expect(all('spawned')).toHaveLength(1)
})

test('heartbeats in the name of another instance are ignored, and do not keep a child alive', async () => {
  const { child, all } = supervise({ modulePath: fixture('impostor'), restart: { maxRestarts: 0 } })
  child.start()
  await until(() => child.status().state === 'crash_loop')
  expect(child.status().lastExit?.reason).toBe('hung')
  const reasons = new Set(all('messageIgnored').map(({ facts }) => facts.reason.replace(/not \w{20}/, 'not …')))
  expect(reasons).toContain('it came as instance an older one, not …')
  expect(reasons).toContain('not a message of a supervised child')
})

test('a supervisor that was itself stopped together with its child does not kill it', measured, async () => {
  using supervisor = startSupervisor({ modulePath: fixture('obedient') })
  const { pid } = await supervisor.next('ready')
  supervisor.process.kill('SIGSTOP')
  process.kill(pid, 'SIGSTOP')
  // Time in which nothing happens is what this test is about.
  await sleep(Number(process.env.TURNLOG_SUPERVISOR_SUSPENDED_MS ?? 2_500))
  supervisor.process.kill('SIGCONT')
  await sleep(200)
  process.kill(pid, 'SIGCONT')
  supervisor.ask('status')
  await until(() => supervisor.facts.findLast(({ what }) => what === 'status'))
  await sleep(1_200)
  supervisor.ask('status')
  await until(() => supervisor.facts.filter(({ what }) => what === 'status').length === 2)
  expect(supervisor.facts.at(-1)).toMatchObject({ pid, state: 'running', restartCount: 0 })
})

test('a child that closes its channel is not heard any more, and is replaced', async () => {
  const { child, all } = supervise({ modulePath: fixture('closes-everything'), restart: { maxRestarts: 0 } })
  child.start()
  await until(() => all('ready').length === 1)
  await until(() => child.status().state === 'crash_loop')
  expect(await child.send('anybody?')).toBe(false)
  expect(child.status().lastExit?.reason).toBe('hung')
})

test('messages go both ways, in order', async () => {
  const { child, received } = supervise({ modulePath: fixture('obedient') })
  child.start()
  await child.whenReady()
  const numbers = Array.from({ length: 50 }, (_, count) => count)
  for (const argument of numbers) expect(await child.send({ name: 'echo', argument })).toBe(true)
  await until(() => received.length === numbers.length)
  expect(received).toEqual(numbers)
})

test('messages to a child that does not read are refused, not queued without bound', async () => {
  const { child } = supervise({ modulePath: fixture('obedient'), heartbeat: false })
  child.start()
  await child.whenReady()
  process.kill(child.status().pid as number, 'SIGSTOP')
  let refused = 0
  for (let count = 0; count < 2_000; count++) {
    void child.send({ name: 'echo', argument: 'x'.repeat(1_000) }).then((written) => (refused += written ? 0 : 1))
  }
  await until(() => refused >= 1_000)
  process.kill(child.status().pid as number, 'SIGCONT')
  // It reads what was written, and then there is room again.
  while (!(await child.send({ name: 'echo' })));
})
