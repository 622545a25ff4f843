import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { controlSocketPath } from '@turnlog/health'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { descendantsOf, isAlive, isRunning } from './support/processes.ts'
import { Machine, type Turnlog } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'

/** As another container that has the same folders. */
const ELSEWHERE = ['unshare', '--net', '--pid', '--ipc', '--mount', '--fork', '--kill-child', '--mount-proc'] as const
const hasNamespaces = spawnSync(ELSEWHERE[0], [...ELSEWHERE.slice(1), 'true']).status === 0
if (!hasNamespaces) console.warn('Skipped: tests in namespaces of their own, which need root and unshare')

function startElsewhere(machine: Machine): Turnlog & Disposable {
  const turnlog = machine.startIn(`exec ${ELSEWHERE.join(' ')} "$@"`)
  // unshare ends without its child on SIGINT; killed, it takes the child along.
  return Object.assign(turnlog, { [Symbol.dispose]: () => turnlog.kill('SIGKILL') })
}

/** Has something said, and waits until it is recorded. */
async function say(machine: Machine, text: string): Promise<void> {
  appendFileSync(machine.transcript(SESSION), promptLine(text, text))
  await until(
    () => machine.texts().catch((): readonly string[] => []),
    (texts) => texts.includes(text),
    60_000,
  )
}

async function saysIt(turnlog: Turnlog, pattern: RegExp): Promise<void> {
  await until(
    () => turnlog.output,
    (output) => pattern.test(output),
    60_000,
  )
}

// The end of one process can be the end of another, before the signal is sent.
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function recordOf(machine: Machine): Record<string, unknown> {
  return JSON.parse(readFileSync(join(machine.stateDir, 'daemon.json'), 'utf8'))
}

describe.skipIf(!hasNamespaces)('two containers with one state directory', { timeout: 120_000 }, () => {
  test.each([
    ['', () => {}],
    // As on another machine, where sockets do not lead to their programs.
    [', also without its control socket', (machine: Machine) => rmSync(controlSocketPath(machine.stateDir))],
  ])('the second turnlog is refused with 75 and changes nothing%s', async (_, isolate) => {
    await using machine = new Machine()
    const first = machine.start()
    await say(machine, 'turn 1')
    await healthOf(machine, isWell)
    const [pid, record] = [await machine.databasePid(), recordOf(machine)]
    isolate(machine)

    using second = startElsewhere(machine)
    expect(await second.exited).toBe(75)
    expect(second.output).toContain(`by process ${first.pid} on ${hostname()}; nothing was changed`)
    for (let turn = 2; turn <= 5; turn += 1) await say(machine, `turn ${turn}`)
    expect(await machine.databasePid()).toBe(pid)
    expect(recordOf(machine)).toMatchObject({ instance: record.instance, pid: first.pid })
    expect(await machine.texts()).toEqual(['turn 1', 'turn 2', 'turn 3', 'turn 4', 'turn 5'])
    await machine.disconnect()
    expect((await first.stop()).code).toBe(0)
    expect(existsSync(join(machine.stateDir, 'daemon.json'))).toBe(false)
  })

  test('a database that outlived its turnlog is not started a second time, and is when it is gone', async () => {
    await using machine = new Machine()
    const first = machine.start()
    await say(machine, 'before')
    await machine.disconnect()
    const pid = await machine.databasePid()
    const others = descendantsOf(first.pid).filter((each) => !isRunning(each, 'postgres'))
    for (const each of [first.pid, ...others]) killIfThere(each)
    await first.exited

    using second = startElsewhere(machine)
    await saysIt(second, /may be in use by process \d+/)
    await saysIt(second, /it runs in another container of this machine/)
    expect(isAlive(pid)).toBe(true)
    process.kill(pid, 'SIGQUIT')
    await healthOf(machine, ({ database }) => database.reachable, 60_000)
    appendFileSync(machine.transcript(SESSION), promptLine('after', 'after'))
    await healthOf(machine, (health) => isWell(health) && health.writer.written_count > 0, 60_000)
    second.kill('SIGKILL')
    await second.exited

    machine.start()
    await until(
      () => machine.texts().catch(() => []),
      (texts) => texts.length === 2,
      60_000,
    )
    expect(await machine.texts()).toEqual(['before', 'after'])
  })
})

describe('the record of a daemon', { timeout: 120_000 }, () => {
  test('of another boot that is not renewed is taken over', async () => {
    await using machine = new Machine()
    mkdirSync(machine.stateDir, { mode: 0o711 })
    const old = { host: hostname(), boot: 'an earlier one', namespaces: 'pid:[1] net:[1]', pid: 1, instance: 'x' }
    writeFileSync(join(machine.stateDir, 'daemon.json'), JSON.stringify({ ...old, beat: 7 }))
    const turnlog = machine.start()
    await saysIt(turnlog, /may be in use by process 1 on /)
    await say(machine, 'recorded')
    expect(recordOf(machine)).toMatchObject({ pid: turnlog.pid })
  })

  test('of a daemon of this machine that was killed makes the next one wait for nothing', async () => {
    await using machine = new Machine()
    const first = machine.start()
    await say(machine, 'before')
    await machine.disconnect()
    const all = [first.pid, ...descendantsOf(first.pid)]
    for (const each of all) killIfThere(each)
    await first.exited
    expect(recordOf(machine)).toMatchObject({ pid: first.pid })
    const second = machine.start()
    await say(machine, 'after')
    expect(second.output).not.toMatch(/may be in use/)
    expect(await machine.texts()).toEqual(['before', 'after'])
  })
})
