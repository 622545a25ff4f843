import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { controlSocketPath, isWatcherRunning } from '@turnlog/health'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { descendantsOf, isAlive } from './support/processes.ts'
import { Machine, type Turnlog } from './support/turnlog.ts'
import { until } from './support/until.ts'

const SESSION = '11111111-2222-4333-8444-555555555555'

/** Has something said, and waits until it is recorded. */
async function say(machine: Machine, text: string): Promise<void> {
  appendFileSync(machine.transcript(SESSION), promptLine(text, text))
  await until(
    () => machine.texts().catch((): readonly string[] => []),
    (texts) => texts.includes(text),
  )
}

// The end of one can be the end of another, between any look at it and the signal.
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** As a power cut would: nobody gets to clear anything away. */
async function cutPower(turnlog: Turnlog): Promise<readonly number[]> {
  const all = [turnlog.pid, ...descendantsOf(turnlog.pid)]
  for (const pid of all) killIfThere(pid)
  await until(
    () => all.filter(isAlive),
    (alive) => alive.length === 0,
  )
  return all
}

/** Puts one number in the place of others in every file that a state directory was left with; returns which. */
function renumber(stateDir: string, dead: readonly number[], pid: number): readonly string[] {
  const files = globSync('**/*', { cwd: stateDir, withFileTypes: true }).filter((entry) => entry.isFile())
  const small = files
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /\.(pid|lock|json)$/.test(path))
  return small.filter((path) => {
    const before = readFileSync(path, 'utf8')
    const after = before.replace(/\b\d+\b/g, (word) => (dead.includes(Number(word)) ? String(pid) : word))
    if (after !== before) writeFileSync(path, after)
    return after !== before
  })
}

/** Somebody else's program, of the same account. */
function startBystander(): ChildProcess & Disposable {
  const bystander = spawn('sleep', ['120'], { stdio: 'ignore' })
  return Object.assign(bystander, { [Symbol.dispose]: () => void bystander.kill('SIGKILL') })
}

describe.skipIf(process.platform !== 'linux')('a process that is none of turnlog’s', { timeout: 120_000 }, () => {
  test('is not taken for turnlog when it has the number of one that was, nor is it touched', async () => {
    await using machine = new Machine()
    using bystander = startBystander()
    const turnlog = machine.start()
    await say(machine, 'before')
    await machine.disconnect()
    const dead = await cutPower(turnlog)
    const renumbered = renumber(machine.stateDir, dead, bystander.pid as number)
    expect(renumbered).toContainEqual(expect.stringMatching(/postmaster\.pid$/))

    expect(await isWatcherRunning({ stateDir: machine.stateDir })).toBe(false)
    expect(await machine.run('status')).toMatchObject({ code: 3, output: expect.stringContaining('not running') })
    expect(await machine.run('stop')).toMatchObject({ code: 0, output: 'turnlog is not running.' })
    expect((await machine.run('restart')).code).toBe(7)

    machine.start()
    await say(machine, 'after')
    expect(dead).not.toContain((await healthOf(machine, isWell)).watcher.pid)
    expect(await machine.texts()).toEqual(['before', 'after'])
    expect((await machine.run('stop')).code).toBe(0)
    expect(isAlive(bystander.pid as number)).toBe(true)
  })

  test('is not taken for turnlog when it listens where turnlog did, and answers', async () => {
    await using machine = new Machine()
    const turnlog = machine.start()
    await say(machine, 'before')
    await machine.disconnect()
    await cutPower(turnlog)
    const path = controlSocketPath(machine.stateDir)
    rmSync(path)
    const other = createServer((socket) => socket.on('error', () => {}).end('220 Good day\r\n'))
    other.listen(path)
    await once(other, 'listening')
    expect(await isWatcherRunning({ stateDir: machine.stateDir })).toBe(false)
    expect((await machine.run('status')).code).toBe(4)

    machine.start()
    await say(machine, 'after')
    await healthOf(machine, isWell)
    expect((await machine.run('status')).code).toBe(0)
    expect((await machine.run('stop')).code).toBe(0)
    other.close()
  })
})
