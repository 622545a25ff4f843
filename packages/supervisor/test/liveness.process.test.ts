import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { askStatus, fixture, quickHeartbeat, startSupervisor, supervise, until } from './support.ts'

test('a child in a busy loop is killed, and replaced like one that crashed', async () => {
  const { child, all } = supervise({ modulePath: fixture('obedient'), heartbeat: quickHeartbeat })
  child.start()
  await child.whenReady()
  void child.send({ name: 'block', argument: 600_000 })
  const { facts } = await until(() => all('killed')[0])
  expect(facts.cause).toBe('hung')
  await until(() => all('ready').length === 2)
  expect(child.status()).toMatchObject({ restartCount: 1, lastExit: { reason: 'hung', signal: 'SIGKILL' } })
})

test('a child that was sent SIGSTOP is killed and replaced', async () => {
  const { child, all } = supervise({ modulePath: fixture('obedient'), heartbeat: quickHeartbeat })
  child.start()
  await child.whenReady()
  process.kill(child.status().pid as number, 'SIGSTOP')
  await until(() => all('ready').length === 2)
  expect(all('killed')).toMatchObject([{ facts: { cause: 'hung' } }])
})

test('a child that hangs after every start ends in a crash loop, although its silence is longer than the window', async () => {
  const { child, all } = supervise({
    modulePath: fixture('obedient'),
    heartbeat: { intervalMs: 1_000, timeoutMs: 6_000 },
    restart: { maxRestarts: 1, windowMs: 5_000 },
  })
  child.start()
  for (let hang = 1; hang <= 2; hang++) {
    await until(() => all('ready').length === hang)
    process.kill(child.status().pid as number, 'SIGSTOP')
  }
  await until(() => child.status().state === 'crash_loop')
  expect(all('gaveUp')).toMatchObject([{ facts: { restarts: 1, exit: { reason: 'hung' } } }])
})

test('a child that is busy for less than the timeout is not killed', async () => {
  const heartbeat = { intervalMs: 200, timeoutMs: 60_000 }
  const { child, all } = supervise({ modulePath: fixture('obedient'), heartbeat })
  child.start()
  await child.whenReady()
  for (let times = 1; times <= 3; times++) {
    await child.send({ name: 'block', argument: 500 })
    await until(() => (child.status().silentMs as number) > 300)
    await until(() => (child.status().silentMs as number) < 100)
  }
  expect(all('spawned')).toHaveLength(1)
})

test('heartbeats in the name of another instance are ignored, and do not keep a child alive', async () => {
  const { child, all } = supervise({
    modulePath: fixture('impostor'),
    heartbeat: quickHeartbeat,
    restart: { maxRestarts: 0 },
  })
  child.start()
  await until(() => child.status().state === 'crash_loop')
  expect(child.status().lastExit?.reason).toBe('hung')
  const reasons = new Set(all('messageIgnored').map(({ facts }) => facts.reason.replace(/not \w{20}/, 'not …')))
  expect(reasons).toContain('it came as instance an older one, not …')
  expect(reasons).toContain('not a message of a supervised child')
})

test('a supervisor that was itself stopped together with its child does not kill it', async () => {
  const heartbeat = { intervalMs: 500, timeoutMs: 3_000 }
  using supervisor = startSupervisor({ modulePath: fixture('obedient'), heartbeat })
  const { pid } = await supervisor.next('ready')
  supervisor.process.kill('SIGSTOP')
  process.kill(pid, 'SIGSTOP')
  // Longer than the timeout: this is what the test is about.
  await sleep(Number(process.env.TURNLOG_SUPERVISOR_SUSPENDED_MS ?? 4_000))
  supervisor.process.kill('SIGCONT')
  const { lastHeartbeatAt } = await askStatus(supervisor)
  process.kill(pid, 'SIGCONT')
  for (let status = await askStatus(supervisor); status.lastHeartbeatAt === lastHeartbeatAt; ) {
    status = await askStatus(supervisor)
  }
  expect(await askStatus(supervisor)).toMatchObject({ pid, state: 'running', restartCount: 0 })
})

test('a child that closes its channel is not heard any more, and is replaced', async () => {
  const { child, all } = supervise({
    modulePath: fixture('closes-everything'),
    heartbeat: quickHeartbeat,
    restart: { maxRestarts: 0 },
  })
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
