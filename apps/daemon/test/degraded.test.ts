import { appendFileSync, chmodSync, cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from '@turnlog/database'
import { ownServer } from '@turnlog/database/testing'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { Machine, type Turnlog } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'
const APP = join(import.meta.dirname, '..')

/** Where the web server listens. */
async function webUrl(turnlog: Turnlog): Promise<string> {
  const output = await until(
    () => turnlog.output,
    (text) => /the page is at http:/.test(text),
  )
  return /the page is at (http:[^"]+)/.exec(output)?.[1] as string
}

async function warned(turnlog: Turnlog, pattern: RegExp): Promise<void> {
  await until(
    () => turnlog.log.filter(({ level, msg }) => level === 40 && pattern.test(msg)),
    (warnings) => warnings.length > 0,
  )
}

describe('degraded mode', { timeout: 120_000 }, () => {
  test.each([
    [
      'a folder of a project that cannot be read',
      '-home-ada-engine',
      // A link to itself: unlike missing permission, nobody can read that, not even root.
      (folder: string) => {
        rmSync(folder, { recursive: true })
        symlinkSync('-home-ada-engine', folder)
      },
      (folder: string) => {
        rmSync(folder)
        mkdirSync(folder)
      },
    ],
    [
      'a file in the place of a source folder',
      '',
      (folder: string) => {
        rmSync(folder, { recursive: true })
        writeFileSync(folder, '')
      },
      (folder: string) => {
        rmSync(folder)
        mkdirSync(join(folder, '-home-ada-engine'), { recursive: true })
      },
    ],
    ...(process.getuid?.() === 0
      ? []
      : [
          [
            'a source folder without permission',
            '',
            (folder: string) => chmodSync(folder, 0o000),
            (folder: string) => chmodSync(folder, 0o700),
          ] as const,
        ]),
  ] as const)('%s: said, and over when it can', async (_title, name, spoil, mend) => {
    await using machine = new Machine()
    const folder = join(machine.home, '.claude/projects', name)
    spoil(folder)
    const turnlog = machine.start({ TURNLOG_FILE_WATCHER__RECONCILE_INTERVAL_SECONDS: '1' })
    const health = await healthOf(machine, ({ reasons }) => /cannot be read/.test(String(reasons)))
    expect(health).toMatchObject({ status: 'degraded', watcher: { running: true, ready: true } })
    await until(
      () => turnlog.output,
      (output) => /turnlog is ready after/.test(output),
    )
    expect(health.reasons).toContainEqual(expect.stringContaining(`${folder} cannot be read`))
    await warned(turnlog, /^degraded: .* cannot be read/)
    const answer = await fetch(`${await webUrl(turnlog)}/health`)
    expect([answer.status, await answer.json()]).toMatchObject([200, { status: 'degraded', reasons: health.reasons }])

    mend(folder)
    writeFileSync(machine.transcript(SESSION), promptLine('u1', 'seen after all'))
    await until(
      () => machine.texts(),
      (texts) => texts.length === 1,
    )
    await healthOf(machine, ({ reasons }) => !/cannot be read/.test(String(reasons)))
  })

  test('a database that refuses: the web server answers and says so, and a stop takes no longer', async () => {
    await using machine = new Machine()
    const turnlog = machine.start({ DATABASE_URL: 'postgres://nobody:secret@127.0.0.1:1/nothing' })
    const health = await healthOf(
      machine,
      ({ watcher, web, reasons }) =>
        watcher.running && web.running && reasons.length === 1 && /database/.test(String(reasons)),
    )
    expect(health).toMatchObject({ status: 'degraded', watcher: { ready: false, restart_count: 0 } })
    expect(health.database).toMatchObject({ reachable: false, embedded: false })
    expect(health.reasons).toEqual([expect.stringMatching(/does not answer: .*ECONNREFUSED/)])
    await warned(turnlog, /^degraded: The watcher waits for the database/)
    const url = await webUrl(turnlog)
    expect((await fetch(`${url}/health`)).status).toBe(200)
    expect((await fetch(`${url}/readyz`)).status).toBe(503)
    expect((await fetch(`${url}/livez`)).status).toBe(200)
    expect(turnlog.output).not.toContain('secret')
    const { code, tookMs } = await turnlog.stop()
    expect(code).toBe(0)
    expect(tookMs).toBeLessThan(2_000)
  })

  test('an embedded database that cannot start: said, tried again, and up as soon as it can', async () => {
    await using machine = new Machine()
    mkdirSync(machine.stateDir)
    writeFileSync(join(machine.stateDir, 'postgres'), 'a file where the folder should be')
    const turnlog = machine.start()
    const health = await healthOf(machine, ({ web, reasons }) => web.running && /not running/.test(String(reasons)))
    expect(health).toMatchObject({ status: 'degraded', database: { reachable: false, embedded: true } })
    await warned(turnlog, /^degraded: The database is not running/)
    expect((await fetch(`${await webUrl(turnlog)}/health`)).status).toBe(200)

    rmSync(join(machine.stateDir, 'postgres'))
    await healthOf(machine, isWell)
  })

  test('a watcher that does not become ready: reported after 10 s, once, and over when it is ready', async () => {
    await using server = await ownServer()
    await using machine = new Machine({ DATABASE_URL: server.url })
    await using connection = connect(server.url)
    const client = await connection.openClient()
    await client.query('begin')
    await client.query('lock table watcher_leases, cursors in access exclusive mode')
    const turnlog = machine.start()
    const said = (pattern: RegExp) => turnlog.log.filter(({ msg }) => pattern.test(msg)).length
    const health = await healthOf(machine, ({ watcher, web }) => watcher.running && web.running)
    expect(health).toMatchObject({ status: 'degraded', watcher: { ready: false } })
    await warned(turnlog, /^degraded: The watcher/)
    expect(said(/turnlog is ready/)).toBe(0)
    await client.query('rollback')
    await client.end()
    await healthOf(machine, isWell)
    await until(
      () => [said(/^degraded: /), said(/^no longer degraded: /), said(/turnlog is ready/)],
      (counts) => counts.every((count) => count === 1),
    )
  })

  test('a watcher program that is not there: the web server answers and says so', async () => {
    await using machine = new Machine()
    // Built, in case that this test runs first.
    await machine.run('help')
    const app = join(machine.folder, 'checkout/apps/daemon')
    mkdirSync(app, { recursive: true })
    for (const part of ['dist', 'package.json']) cpSync(join(APP, part), join(app, part), { recursive: true })
    symlinkSync(join(APP, 'node_modules'), join(app, 'node_modules'))
    rmSync(join(app, 'dist/watcher-process.js'))
    machine.launcher = join(app, 'dist/turnlog.js')

    const turnlog = machine.start()
    const health = await healthOf(
      machine,
      ({ watcher, web, database }) => watcher.state === 'crash_loop' && web.running && database.reachable,
    )
    expect(health.status).toBe('degraded')
    expect(turnlog.output).toMatch(/Cannot find module .*watcher-process\.js/)
    expect((await fetch(`${await webUrl(turnlog)}/health`)).status).toBe(200)
    await warned(turnlog, /^degraded: The watcher process crashed/)
    expect(turnlog.log.filter(({ msg }) => /degraded: The watcher/.test(msg))).toHaveLength(1)
    expect(turnlog.output).not.toMatch(/turnlog is ready/)
  })

  test('writes that fail: counted, said, and made up for', async () => {
    await using machine = new Machine()
    machine.start()
    await healthOf(machine, isWell)
    await machine.query('alter table events rename to elsewhere')
    appendFileSync(machine.transcript(SESSION), promptLine('u1', 'in the meantime'))
    const health = await healthOf(machine, ({ reasons }) => /needs repair/.test(String(reasons)))
    expect(health).toMatchObject({ status: 'degraded', watcher: { ready: true } })
    expect(health.writer.failed_write_count + health.writer.retry_count).toBeGreaterThan(0)
    await machine.query('alter table elsewhere rename to events')
    expect(await healthOf(machine, isWell)).toMatchObject({ source: { bytes_behind: 0 }, writer: { pending_count: 0 } })
    expect(await machine.texts()).toEqual(['in the meantime'])
  })
})
