import { appendFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { isWatcherRunning } from '@turnlog/health'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'

const WEB_KILLS = process.env.TURNLOG_SOAK === '1' ? 100 : 20

/** Has something said, and waits until it is recorded. */
async function say(machine: Machine, text: string): Promise<void> {
  appendFileSync(machine.transcript(SESSION), promptLine(text, text))
  await until(
    () => machine.texts().catch((): readonly string[] => []),
    (texts) => texts.includes(text),
  )
}

describe('the watcher', { timeout: 120_000 }, () => {
  test('does not notice that the web server is killed again and again, nor that it is given up on', async () => {
    await using machine = new Machine()
    const turnlog = machine.start()
    const before = await healthOf(machine, isWell)
    for (let kill = 1; kill <= 6; kill += 1) {
      const { web } = await healthOf(machine, (health) => health.web.running && health.web.restart_count === kill - 1)
      process.kill(web.pid as number, 'SIGKILL')
      await say(machine, `after kill ${kill}`)
    }
    const after = await healthOf(machine, ({ web, status }) => !web.running && status === 'degraded')
    expect(after.reasons).toEqual([expect.stringContaining('turnlog restart web')])
    expect(after.watcher).toMatchObject({ pid: before.watcher.pid, ready: true, restart_count: 0 })
    await say(machine, 'with no web server at all')

    expect(await machine.run('restart', 'web')).toMatchObject({ code: 0 })
    expect((await healthOf(machine, isWell)).watcher.pid).toBe(before.watcher.pid)
    expect(turnlog.log.filter(({ level }) => level >= 50)).toHaveLength(1)
  })

  test(`keeps its process while the web server is killed ${WEB_KILLS} times`, { timeout: 600_000 }, async () => {
    await using machine = new Machine()
    machine.start()
    const before = await healthOf(machine, isWell)
    let lastPid: number | null = null
    for (let kill = 1; kill <= WEB_KILLS; kill += 1) {
      // One that was asked for begins the count of the crashes anew, and the waits between them.
      if (kill % 4 === 0) expect((await machine.run('restart', 'web')).code).toBe(0)
      const { web } = await healthOf(machine, (health) => health.web.running && health.web.pid !== lastPid)
      lastPid = web.pid
      process.kill(web.pid as number, 'SIGKILL')
      await say(machine, `after kill ${kill}`)
    }
    const after = await healthOf(machine, (health) => isWell(health) && health.web.pid !== lastPid)
    expect(after.watcher).toMatchObject({ pid: before.watcher.pid, restart_count: 0 })
    expect(await machine.texts()).toEqual(Array.from({ length: WEB_KILLS }, (_, kill) => `after kill ${kill + 1}`))
  })

  test('works while the port of the web server is in use by another program', async () => {
    await using machine = new Machine()
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const { port } = other.address() as { port: number }
    const turnlog = machine.start({ TURNLOG_SERVER__PORT: String(port) })
    const health = await healthOf(
      machine,
      ({ web, watcher }) => watcher.ready && web.restart_count >= 5 && !web.running,
    )
    expect(health.status).toBe('degraded')
    expect(health.watcher.restart_count).toBe(0)
    expect(turnlog.output).toMatch(/the web server cannot start: .*EADDRINUSE/)
    expect(turnlog.output).toMatch(/turnlog is ready after/)
    await say(machine, 'nobody serves the page')

    await healthOf(machine, ({ reasons }) => /port is in use by another program/.test(String(reasons)))
    expect(turnlog.output).toMatch(/web is not restarted any more.* starts by itself as soon as the port is free/)

    await new Promise((done) => other.close(done))
    const after = await healthOf(machine, isWell)
    expect(after.watcher.pid).toBe(health.watcher.pid)
    expect(turnlog.log.filter(({ msg }) => /is free now, and web is started again/.test(msg))).toHaveLength(1)
  })

  test('is started again when it is killed, which is logged, and goes on counting', async () => {
    await using machine = new Machine()
    const begunAt = Date.now()
    const turnlog = machine.start()
    const { watcher } = await healthOf(machine, isWell)
    await say(machine, 'before')
    const written = await healthOf(machine, ({ writer }) => writer.written_count > 0)
    expect(Date.parse(written.writer.last_write_timestamp as string)).toBeGreaterThan(begunAt)

    process.kill(watcher.pid as number, 'SIGKILL')
    const after = await healthOf(machine, (health) => health.watcher.ready && health.watcher.pid !== watcher.pid)
    expect(after.watcher).toMatchObject({
      restart_count: 1,
      last_exit: { reason: 'signal', code: null, signal: 'SIGKILL' },
    })
    expect(after.writer).toMatchObject(written.writer)
    expect(turnlog.output).toMatch(/watcher ended unexpectedly \(SIGKILL\) and is restarted immediately/)
    await say(machine, 'after')
    expect(await machine.texts()).toEqual(['before', 'after'])
  })

  test('is given up on at the sixth crash within a minute, with one error, until somebody restarts it', async () => {
    await using machine = new Machine()
    const turnlog = machine.start()
    await healthOf(machine, isWell)
    for (let crash = 1; crash <= 6; crash += 1) {
      const { watcher } = await healthOf(
        machine,
        (health) => health.watcher.running && health.watcher.restart_count === crash - 1,
      )
      process.kill(watcher.pid as number, 'SIGKILL')
    }
    const health = await healthOf(machine, ({ watcher }) => watcher.state === 'crash_loop')
    expect(health).toMatchObject({ status: 'degraded', web: { running: true, restart_count: 0 } })
    expect(health.watcher).toMatchObject({ running: false, ready: false, pid: null, restart_count: 5 })
    expect(health.reasons).toEqual([expect.stringContaining('turnlog restart watcher')])
    expect(await isWatcherRunning({ stateDir: machine.stateDir })).toBe(false)
    const degraded = (words: RegExp) => turnlog.log.filter(({ msg }) => words.test(msg)).length
    const isOver = () => degraded(/^no longer degraded: The watcher process/)
    // Had it been ready for a moment between two crashes, that would have been the end of one problem.
    await until(
      () => degraded(/^degraded: The watcher process crashed/) - isOver(),
      (open) => open === 1,
    )
    expect(turnlog.log.filter(({ level }) => level >= 50)).toHaveLength(1)

    expect((await machine.run('status')).code).toBe(150)
    expect(await machine.run('restart', 'watcher')).toMatchObject({ code: 0 })
    expect(await isWatcherRunning({ stateDir: machine.stateDir })).toBe(true)
    await say(machine, 'back again')
    await until(
      () => degraded(/^degraded: The watcher process crashed/) - isOver(),
      (open) => open === 0,
    )
  })

  test('is killed and restarted when it has not answered for as long as is set', async () => {
    await using machine = new Machine()
    const turnlog = machine.start({ TURNLOG_EVENT_SYSTEM__HEARTBEAT_TIMEOUT_SECONDS: '2' })
    const { watcher } = await healthOf(machine, isWell)
    process.kill(watcher.pid as number, 'SIGSTOP')
    const after = await healthOf(machine, (health) => isWell(health) && health.watcher.pid !== watcher.pid)
    expect(after.watcher.last_exit).toMatchObject({ reason: 'hung' })
    expect(turnlog.output).toMatch(/watcher was killed: it did not answer for/)
  })

  test('is reported when it has not answered for 10 s, and lives on when it answers again', async () => {
    await using machine = new Machine()
    const turnlog = machine.start()
    const { watcher } = await healthOf(machine, isWell)
    process.kill(watcher.pid as number, 'SIGSTOP')
    const silent = await healthOf(machine, ({ reasons }) => /not answered/.test(String(reasons)))
    expect(silent.reasons).toEqual([expect.stringMatching(/^The watcher process has not answered for 1\d s/)])
    expect(silent.watcher).toMatchObject({ state: 'running', pid: watcher.pid })
    await until(
      () => turnlog.output,
      (output) => /degraded: The watcher process has not answered/.test(output),
    )
    process.kill(watcher.pid as number, 'SIGCONT')
    expect((await healthOf(machine, isWell)).watcher).toMatchObject({ pid: watcher.pid, restart_count: 0 })
  })
})

describe('the database', { timeout: 120_000 }, () => {
  test('is started again when it is killed, at its old address, and recording goes on', async () => {
    await using machine = new Machine()
    const turnlog = machine.start()
    const before = await healthOf(machine, isWell)
    await say(machine, 'before')
    const url = (await machine.run('psql-url')).output
    await machine.disconnect()
    process.kill(await machine.databasePid(), 'SIGKILL')
    await until(
      () => turnlog.output,
      (output) => /the database ended unexpectedly \(SIGKILL\)/.test(output),
    )
    const after = await healthOf(machine, isWell)
    expect(after.watcher).toMatchObject({ pid: before.watcher.pid, restart_count: 0 })
    expect(after.web).toMatchObject({ pid: before.web.pid, restart_count: 0 })
    expect((await machine.run('psql-url')).output).toBe(url)
    await say(machine, 'after')
    expect(await machine.texts()).toEqual(['before', 'after'])
  })

  test('can cut all connections as often as it likes, and nobody takes that for a crash of the watcher', async () => {
    await using machine = new Machine()
    machine.start()
    const { watcher } = await healthOf(machine, isWell)
    for (let cut = 1; cut <= 8; cut += 1) {
      await machine.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'turnlog watcher'",
      )
      await say(machine, `after cut ${cut}`)
    }
    const after = await healthOf(machine, isWell)
    expect(after.watcher).toMatchObject({ pid: watcher.pid, restart_count: 0 })
    expect(await machine.texts()).toHaveLength(8)
  })
})
