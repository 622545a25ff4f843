import { spawn } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { ownServer } from '@turnlog/database/testing'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { Machine, type Turnlog } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'
const OTHER = '22222222-2222-4333-8444-555555555555'

const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 10, minute)).toISOString()
const textsOf = (tail: Turnlog): readonly string[] =>
  tail.output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line).payload.text] : []))

/** Waits until everything that was written is recorded. */
async function recorded(machine: Machine, count: number): Promise<void> {
  await until(
    () => machine.texts().catch(() => []),
    (texts) => texts.length === count,
  )
}

describe('turnlog tail', { timeout: 120_000 }, () => {
  test('shows the last turns in the order in which they were said, and then each one as it is recorded', async () => {
    await using machine = new Machine()
    writeFileSync(machine.transcript(SESSION), [1, 3, 5].map((n) => promptLine(`u${n}`, `turn ${n}`, at(n))).join(''))
    writeFileSync(machine.transcript(OTHER), [2, 4, 6].map((n) => promptLine(`o${n}`, `turn ${n}`, at(n))).join(''))
    machine.start()
    await recorded(machine, 6)
    const last = await machine.run('tail', '-n', '4', '--no-follow')
    expect(last.code).toBe(0)
    expect(last.output.match(/turn \d/g)).toEqual(['turn 3', 'turn 4', 'turn 5', 'turn 6'])
    expect((await machine.run('tail', '--session', '2222', '--no-follow')).output.match(/turn \d/g)).toEqual([
      'turn 2',
      'turn 4',
      'turn 6',
    ])
    expect((await machine.run('tail', '--since', at(5), '--no-follow')).output.match(/turn \d/g)).toEqual([
      'turn 5',
      'turn 6',
    ])
    expect((await machine.run('tail', '--project', 'engine', '-n', '1', '--no-follow')).output).toMatch(/turn 6/)
    expect((await machine.run('tail', '--project', 'gine', '--no-follow')).output).toBe('')
    expect((await machine.run('tail', '--agent', 'codex', '--no-follow')).output).toBe('')
    expect(
      (await machine.run('tail', '--type', 'session_registered', '--no-follow')).output.match(/began/g),
    ).toHaveLength(2)

    const tail = machine.spawn('tail', '-n', '1', '--json')
    await until(
      () => textsOf(tail),
      ({ length }) => length === 1,
    )
    appendFileSync(machine.transcript(SESSION), promptLine('u7', 'turn 7', at(7)))
    expect(
      await until(
        () => textsOf(tail),
        ({ length }) => length === 2,
      ),
    ).toEqual(['turn 6', 'turn 7'])
    expect((await tail.stop()).code).toBe(0)
  })

  test('has no gap and no repeat while the database and the web server are killed and come back', async () => {
    await using machine = new Machine()
    writeFileSync(machine.transcript(SESSION), promptLine('u0', 'turn 0', at(0)))
    machine.start()
    const { web } = await healthOf(machine, isWell)
    const tail = machine.spawn('tail', '--json')
    await until(
      () => textsOf(tail),
      ({ length }) => length === 1,
    )
    let count = 1
    const append = () => {
      appendFileSync(machine.transcript(SESSION), promptLine(`u${count}`, `turn ${count}`, at(count % 60)))
      count += 1
    }
    for (let index = 0; index < 20; index += 1) append()
    process.kill(web.pid as number, 'SIGKILL')
    for (let index = 0; index < 20; index += 1) append()
    await machine.disconnect()
    process.kill(await machine.databasePid(), 'SIGKILL')
    for (let index = 0; index < 20; index += 1) append()
    const seen = await until(
      () => textsOf(tail),
      ({ length }) => length >= count,
    )
    expect(seen).toEqual(Array.from({ length: count }, (_, index) => `turn ${index}`))
    expect(tail.output).toMatch(/Waiting for it; nothing will be missed\.[\s\S]*The database answers again\./)
    expect((await tail.stop()).code).toBe(0)
  })

  test('goes on behind a server that was stopped and started', async () => {
    await using machine = new Machine()
    await using server = await ownServer()
    const env = { DATABASE_URL: server.url }
    await using user = new Machine(env)
    writeFileSync(user.transcript(SESSION), promptLine('u0', 'turn 0', at(0)))
    user.start()
    const tail = await untilTailing(user)
    await server.stop('fast')
    appendFileSync(user.transcript(SESSION), promptLine('u1', 'turn 1', at(1)))
    await server.start()
    expect(
      await until(
        () => textsOf(tail),
        ({ length }) => length === 2,
      ),
    ).toEqual(['turn 0', 'turn 1'])
    expect(machine.folder).not.toBe(user.folder)
  })

  test('lets a transcript write nothing to the terminal', async () => {
    await using machine = new Machine()
    writeFileSync(
      machine.transcript(SESSION),
      promptLine('u1', '\u001b[2J\u001b]0;owned\u0007plain\u009b1A\u202e', at(1)),
    )
    machine.start()
    await recorded(machine, 1)
    const { output } = await machine.run('tail', '--no-follow')
    expect(output).toMatch(/plain/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
    expect(output).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
  })

  test('ends quietly when nobody reads it any more', async () => {
    await using machine = new Machine()
    const count = 2_000
    writeFileSync(
      machine.transcript(SESSION),
      Array.from({ length: count }, (_, n) => promptLine(`u${n}`, `turn ${n} ${'x'.repeat(200)}`, at(n % 60))).join(''),
    )
    machine.start()
    await recorded(machine, count)
    const pipe = `"$0" "$1" tail -n ${count} | head -n 1; echo "codes \${PIPESTATUS[0]}"`
    const child = spawn('bash', ['-c', pipe, process.execPath, machine.launcher], {
      env: { PATH: process.env.PATH, HOME: machine.home, TURNLOG_STATE_DIR: machine.stateDir },
    })
    let output = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (output += data))
    await until(
      () => output,
      (text) => /codes/.test(text),
    )
    expect(output).toMatch(/^.*turn \d+ x+.*\ncodes 0\n$/)
  })

  test('says so when there is no database', async () => {
    await using machine = new Machine()
    expect(await machine.run('tail')).toEqual({ code: 3, output: 'The database is not running. Start turnlog first.' })
  })
})

async function untilTailing(machine: Machine): Promise<Turnlog> {
  await recorded(machine, 1)
  const tail = machine.spawn('tail', '--json')
  await until(
    () => textsOf(tail),
    ({ length }) => length === 1,
  )
  await machine.disconnect()
  return tail
}
