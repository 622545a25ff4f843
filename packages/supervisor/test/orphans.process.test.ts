import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  childrenOf,
  fixture,
  groupMembers,
  isRunning,
  type SupervisorProcess,
  startSupervisor,
  until,
} from './support.ts'

const sleepy = { command: '/bin/sh', args: ['-c', "trap '' TERM; sleep 60 & sleep 60"] }

/** Kills the supervisor, and resolves when nothing is left of its child's group. */
async function killSupervisor(supervisor: SupervisorProcess, group: number): Promise<void> {
  supervisor.process.kill('SIGKILL')
  await until(() => groupMembers(group).length === 0)
}

test('when the supervisor is killed, its child finishes in an orderly way and goes', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'supervisor-')), 'stopped')
  using supervisor = startSupervisor({ modulePath: fixture('stops-in'), args: ['100', file] })
  const { pid } = await supervisor.next('ready')
  await killSupervisor(supervisor, pid)
  expect(readFileSync(file, 'utf8')).toMatch(/^(signal|supervisor_gone)\n$/)
})

test('a child that is still loading when the supervisor is killed goes as well', async () => {
  using supervisor = startSupervisor({ modulePath: fixture('ready-after'), args: ['300'] })
  const { pid } = await supervisor.next('spawned')
  await killSupervisor(supervisor, pid)
})

test('a stopped child is woken to go when its supervisor is killed', async () => {
  using supervisor = startSupervisor({ modulePath: fixture('obedient') })
  const { pid } = await supervisor.next('ready')
  process.kill(pid, 'SIGSTOP')
  await killSupervisor(supervisor, pid)
})

test('a child in a busy loop is killed when its supervisor is', async () => {
  using supervisor = startSupervisor({ modulePath: fixture('ready-after'), args: ['600000'] })
  const { pid } = await supervisor.next('spawned')
  await killSupervisor(supervisor, pid)
})

test('a program that knows nothing of supervision, and what it started, are killed when its supervisor is', async () => {
  using supervisor = startSupervisor(sleepy)
  const { pid } = await supervisor.next('ready')
  await until(() => groupMembers(pid).length === 3)
  await killSupervisor(supervisor, pid)
})

test('a program that knows nothing of supervision is asked to go before it is killed', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'supervisor-')), 'asked')
  const script = `trap 'echo asked > ${file}; exit 0' TERM; while :; do sleep 0.05; done`
  using supervisor = startSupervisor({ command: '/bin/sh', args: ['-c', script] })
  const { pid } = await supervisor.next('ready')
  await killSupervisor(supervisor, pid)
  expect(readFileSync(file, 'utf8')).toBe('asked\n')
})

test('nothing is left of a supervisor after its stop, not even the guard against orphans', async () => {
  using supervisor = startSupervisor(sleepy)
  await supervisor.next('ready')
  const pids = childrenOf(supervisor.process.pid as number)
  expect(pids).toHaveLength(2)
  supervisor.ask('stop')
  await until(() => supervisor.process.exitCode !== null)
  expect(pids.filter(isRunning)).toEqual([])
})

const hasScript = process.platform === 'linux' && existsSync('/usr/bin/script')

function inTerminal(own: readonly string[]): readonly string[] {
  const quoted = own.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  return ['/usr/bin/script', '--quiet', '--return', '--command', quoted, '/dev/null']
}

test.skipIf(!hasScript)(
  'Ctrl+C in a terminal reaches the supervisor alone; the child gets one signal, from it',
  async () => {
    using terminal = startSupervisor({ modulePath: fixture('counts-signals') }, inTerminal)
    const { pid } = await terminal.next('ready')
    terminal.process.stdin?.write('\x03')
    await until(() => !isRunning(pid))
    await until(() => terminal.process.exitCode !== null)
    expect(terminal.facts.filter(({ what }) => what === 'line').map(({ text }) => text)).toEqual(['got SIGTERM'])
    expect(terminal.facts.findLast(({ what }) => what === 'exited')).toMatchObject({ reason: 'stop', code: 0 })
  },
)

test.skipIf(!hasScript)(
  'a terminal that is closed takes the supervisor and its child with it, in an orderly way',
  async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'supervisor-')), 'stopped')
    using terminal = startSupervisor({ modulePath: fixture('stops-in'), args: ['100', file] }, inTerminal)
    const { pid } = await terminal.next('ready')
    terminal.process.kill('SIGKILL')
    await until(() => groupMembers(pid).length === 0)
    expect(readFileSync(file, 'utf8')).toMatch(/^(signal|message|supervisor_gone)\n$/)
  },
)

const asFirst = ['unshare', '--pid', '--fork', '--kill-child', '--mount-proc'] as const
const hasNamespaces = spawnSync(asFirst[0], [...asFirst.slice(1), 'true']).status === 0

test.skipIf(!hasNamespaces)(
  'as the first process of a container it restarts, reaps its children, and obeys SIGTERM',
  async () => {
    using container = startSupervisor(
      { command: '/bin/sh', args: ['-c', 'sleep 60 & sleep 0.05'], restart: { initialDelayMs: 1, maxDelayMs: 1 } },
      (own) => [...asFirst, ...own],
    )
    expect(await container.next('supervising')).toMatchObject({ pid: 1 })
    await container.next('gaveUp')
    const first = childrenOf(container.process.pid as number)[0] as number
    const own = container.facts.filter(({ what }) => what === 'exited').map(({ pid }) => pid)
    expect(own).toHaveLength(6)
    process.kill(first, 'SIGTERM')
    await until(() => container.process.exitCode !== null)
    expect(container.process.exitCode).toBe(0)
  },
)
