import { spawnSync } from 'node:child_process'
import { appendFileSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { promptLine } from './support/claude-lines.ts'
import { healthOf, isWell } from './support/health.ts'
import { descendantsOf, isAlive } from './support/processes.ts'
import { Machine } from './support/turnlog.ts'
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

/** A terminal with a command in it, whose output goes on to ours. SIGINT presses Ctrl+C in it, SIGHUP closes it. */
const TERMINAL = `exec python3 -c '
import os, pty, signal, sys
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
signal.signal(signal.SIGINT, lambda *_: os.write(terminal, b"\\x03"))
signal.signal(signal.SIGHUP, lambda *_: os.close(terminal))
try:
    while text := os.read(terminal, 65536):
        os.write(1, text)
except OSError:
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
' "$@"`
const hasTerminals = spawnSync('python3', ['-c', 'import os, pty; os.waitstatus_to_exitcode']).status === 0

const AS_FIRST = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const
const hasNamespaces = spawnSync(AS_FIRST[0], [...AS_FIRST.slice(1), 'true']).status === 0

function stateOf(pid: number): { readonly state: string; readonly parent: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const [state = '', parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return { state, parent: Number(parent) }
}

describe.skipIf(!hasTerminals)('in a terminal', { timeout: 120_000 }, () => {
  test('Ctrl+C stops in order: no process is cut off, and none is left', async () => {
    await using machine = new Machine()
    const terminal = machine.startIn(TERMINAL)
    await say(machine, 'before')
    await healthOf(machine, isWell)
    await machine.disconnect()
    const tree = descendantsOf(terminal.pid)
    const begun = performance.now()
    terminal.kill('SIGINT')
    expect(await terminal.exited).toBe(0)
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(terminal.output).toMatch(/\^C/)
    expect(terminal.output).toMatch(/ {2}stopped\s*$/)
    expect(terminal.output).not.toMatch(/unexpectedly|was killed|! |✗/)
    expect(tree.length).toBeGreaterThan(3)
    expect(tree.filter(isAlive)).toEqual([])
  })

  test('closing it ends everything in order, and what was said is kept', async () => {
    await using machine = new Machine()
    const terminal = machine.startIn(TERMINAL)
    await say(machine, 'before')
    await healthOf(machine, isWell)
    await machine.disconnect()
    const tree = descendantsOf(terminal.pid)
    const begun = performance.now()
    terminal.kill('SIGHUP')
    expect(await terminal.exited).toBe(0)
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(tree.filter(isAlive)).toEqual([])
    machine.start()
    await say(machine, 'after')
    expect(await machine.texts()).toEqual(['before', 'after'])
  })
})

describe.skipIf(!hasNamespaces)('as the first process of a container', { timeout: 120_000 }, () => {
  test('turnlog restarts what was killed, leaves no zombies, and stops in order on SIGTERM', async () => {
    await using machine = new Machine()
    const container = machine.startIn(`exec ${AS_FIRST.join(' ')} "$@"`)
    using _ = { [Symbol.dispose]: () => container.kill('SIGKILL') }
    // From out here the database has another process id than the one in its files, so that the daemon has to be asked.
    appendFileSync(machine.transcript(SESSION), promptLine('before', 'before'))
    const { writer } = await healthOf(machine, (health) => isWell(health) && health.writer.written_count > 0)
    const [first] = descendantsOf(container.pid).filter((pid) => stateOf(pid).parent === container.pid)
    expect(readFileSync(`/proc/${first}/status`, 'utf8')).toMatch(/^NSpid:\t\d+\t(\d+\t)*1$/m)
    const children = descendantsOf(first as number).filter((pid) => stateOf(pid).parent === first)
    const watchers = children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('watcher-process'))
    expect(watchers).toHaveLength(1)
    for (const pid of watchers) process.kill(pid, 'SIGKILL')
    await healthOf(machine, (health) => isWell(health) && health.watcher.restart_count === 1)
    appendFileSync(machine.transcript(SESSION), promptLine('after', 'after'))
    await healthOf(machine, (health) => health.writer.written_count > writer.written_count)
    const zombies = readFileSync(`/proc/${first}/task/${first}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
    expect(zombies.filter((pid) => stateOf(pid).state === 'Z')).toEqual([])

    const begun = performance.now()
    process.kill(first as number, 'SIGTERM')
    expect(await container.exited).toBe(0)
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(container.log.at(-1)?.msg).toBe('stopped')
  })
})
