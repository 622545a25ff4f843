import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { connect, findEmbeddedPostgres } from '@turnlog/database'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { OTHER_UID, OtherAccount } from './support/other-account.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'
const isRoot = process.getuid?.() === 0

/** Has something said, and waits until it is recorded. */
async function say(machine: Machine, text: string): Promise<void> {
  appendFileSync(machine.transcript(SESSION), promptLine(text, text))
  await until(
    () => machine.texts().catch((): readonly string[] => []),
    (texts) => texts.includes(text),
    60_000,
  )
}

/** Takes a port as soon as it is free, and asks its clients for their password in clear text. */
const IMPOSTOR = `
  const port = Number(process.argv[1])
  const server = require('node:net').createServer((socket) => {
    console.log('client')
    socket.on('error', () => {}).on('data', (data) => {
      if (String.fromCharCode(data[0]) === 'p') console.log('password ' + data.subarray(5))
      else socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
    })
  })
  server.on('error', () => setImmediate(() => server.listen(port, '127.0.0.1')))
  server.on('listening', () => console.log('listening'))
  console.log('trying')
  server.listen(port, '127.0.0.1')
`

async function databasePort(machine: Machine): Promise<number> {
  const found = await findEmbeddedPostgres(machine.stateDir)
  if (found.state !== 'running') throw new Error(`The database is ${found.state}`)
  return found.port
}

describe.skipIf(!isRoot)('another account (skipped where this one is not root)', { timeout: 120_000 }, () => {
  test('gets no password when it takes the port of a killed database, and recording goes on', async () => {
    await using machine = new Machine()
    machine.start()
    await say(machine, 'before')
    await healthOf(machine, isWell)
    const port = await databasePort(machine)
    using impostor = new OtherAccount(IMPOSTOR, String(port))
    const hasSaid = (line: string) =>
      until(
        () => impostor.lines,
        (lines) => lines.includes(line),
      )
    await hasSaid('trying')
    await machine.disconnect()
    process.kill(await machine.databasePid(), 'SIGKILL')
    await hasSaid('listening')

    await say(machine, 'after')
    await healthOf(machine, isWell)
    expect(await databasePort(machine)).not.toBe(port)
    expect(await machine.texts()).toEqual(['before', 'after'])
    expect(impostor.lines.filter((line) => /client|password/.test(line))).toEqual([])

    // It does listen: a client that trusts the port would have given its password away.
    await using victim = connect(`postgres://turnlog:secret@127.0.0.1:${port}/turnlog`, { connectTimeoutMs: 2_000 })
    await expect(victim.pool.query('select 1')).rejects.toThrow()
    expect(impostor.lines).toContainEqual(expect.stringMatching(/^password secret/))
  })

  test('cannot keep turnlog from starting by taking the name of its lock', async () => {
    await using machine = new Machine()
    mkdirSync(machine.stateDir, { mode: 0o711 })
    const { dev, ino } = statSync(machine.stateDir, { bigint: true })
    using squatter = new OtherAccount(
      `require('node:net').createServer().listen('\\0' + process.argv[1], () => console.log('listening'))`,
      `turnlog-${dev}-${ino}`,
    )
    await until(
      () => squatter.lines,
      (lines) => lines.includes('listening'),
    )
    const turnlog = machine.start()
    await say(machine, 'recorded')
    expect(turnlog.output).toMatch(/may be in use; making sure that it is not/)
    const second = machine.start()
    expect(await second.exited).toBe(75)
    expect(second.output).toMatch(/already runs/)
  })

  test('cannot prepare a state directory', async () => {
    await using machine = new Machine()
    mkdirSync(machine.stateDir, { mode: 0o755 })
    chownSync(machine.stateDir, OTHER_UID, OTHER_UID)
    const turnlog = machine.start()
    expect(await turnlog.exited).toBe(1)
    expect(turnlog.output).toMatch(/cannot use its state directory .* belongs to another account \(uid 12345\)/)
    expect(readdirSync(machine.stateDir)).toEqual([])
  })

  test('cannot prepare the folder of the database', async () => {
    await using machine = new Machine()
    const home = join(machine.stateDir, 'postgres')
    mkdirSync(home, { recursive: true, mode: 0o711 })
    writeFileSync(join(home, 'password'), 'known\n')
    chownSync(home, OTHER_UID, OTHER_UID)
    const turnlog = machine.start()
    await until(
      () => turnlog.output,
      (output) => /postgres: it belongs to another account \(uid 12345\)/.test(output),
    )
    expect(readdirSync(home)).toEqual(['password'])
  })

  test('cannot have a folder removed by naming it in a demo of its own', async () => {
    await using machine = new Machine()
    const precious = join(machine.folder, 'precious/folder')
    mkdirSync(precious, { recursive: true })
    const demo = `${machine.stateDir}-demo`
    const planted = [demo, join(demo, 'state'), join(demo, 'state/postgres')]
    mkdirSync(join(demo, 'state/postgres'), { recursive: true })
    writeFileSync(join(demo, 'this-is-a-demo'), '')
    writeFileSync(join(demo, 'state/postgres/location'), `${precious}\n`)
    for (const path of [...planted, join(demo, 'this-is-a-demo')]) chownSync(path, OTHER_UID, OTHER_UID)
    for (const args of [['--remove'], []]) {
      expect(await machine.run('demo', ...args)).toEqual({
        code: 1,
        output: expect.stringMatching(/The demo is left alone, because .* belongs to another account \(uid 12345\)/),
      })
    }
    expect(existsSync(precious)).toBe(true)
    expect(existsSync(join(demo, 'state/postgres/location'))).toBe(true)
  })
})

test('a state directory that other accounts can write to is refused', { timeout: 60_000 }, async () => {
  await using machine = new Machine()
  mkdirSync(machine.stateDir)
  chmodSync(machine.stateDir, 0o777)
  const turnlog = machine.start()
  expect(await turnlog.exited).toBe(1)
  expect(turnlog.output).toMatch(/other accounts can write to it \(mode 777\)\. Run `chmod go-w /)
  expect(readdirSync(machine.stateDir)).toEqual([])
})

test('a demo whose database is said to be where turnlog puts none is not removed', { timeout: 60_000 }, async () => {
  await using machine = new Machine()
  const precious = join(machine.folder, 'precious/folder')
  mkdirSync(precious, { recursive: true })
  const demo = `${machine.stateDir}-demo`
  mkdirSync(join(demo, 'state/postgres'), { recursive: true })
  writeFileSync(join(demo, 'this-is-a-demo'), '')
  writeFileSync(join(demo, 'state/postgres/location'), `${precious}\n`)
  const { code, output } = await machine.run('demo', '--remove')
  expect(output).toMatch(/says that the database is in .*precious.*, where turnlog does not put it/)
  expect(code).toBe(1)
  expect(existsSync(precious)).toBe(true)
})
