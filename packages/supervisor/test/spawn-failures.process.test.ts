import { type ChildProcess, spawn } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { SpawnProcess } from '../src/index.ts'
import { fixture, supervise, until } from './support.ts'

test.each([
  [{ command: '/nowhere/program' }, /ENOENT.*the command \/nowhere\/program does not exist/],
  [{ command: 'no-such-program' }, /ENOENT.*no command no-such-program on the PATH/],
  [{ command: '/etc/passwd' }, /EACCES.*the command \/etc\/passwd is not executable/],
  [{ command: '/bin/sh', cwd: '/nowhere' }, /ENOENT.*the working directory \/nowhere does not exist/],
  [{ command: '/nowhere/program', cwd: '/nowhere' }, /working directory.* and the command/],
])('what cannot be started is retried, given up on, and explained: %j', async (options, explanation) => {
  const { child, all } = supervise({ ...options, restart: { initialDelayMs: 10 } })
  child.start()
  await until(() => child.status().state === 'backing_off')
  expect(child.status().nextRestartInMs).toBeLessThanOrEqual(10)
  await until(() => child.status().state === 'crash_loop')
  expect(child.status().lastExit).toMatchObject({ reason: 'spawn_error', pid: null, code: null, signal: null })
  expect(child.status().lastExit?.error).toMatch(explanation)
  expect(all('exited')).toHaveLength(6)
  expect(all('gaveUp')).toHaveLength(1)
})

test('a program that appears is started by the next retry', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'supervisor-'))
  const program = join(folder, 'program')
  const { child } = supervise({ command: program })
  child.start()
  await until(() => child.status().state === 'backing_off')
  writeFileSync(program, '#!/bin/sh\nsleep 60\n', { mode: 0o755 })
  await child.whenReady()
  expect(child.status().state).toBe('running')
  await child.stop()
  rmSync(folder, { recursive: true })
})

// Stands for a kernel that is out of processes, which a test cannot bring about for root.
function failing(times: number, code: string, how: 'event' | 'throw'): SpawnProcess {
  let failures = 0
  return (command, args, options) => {
    if (command === '/bin/sh' || failures++ >= times) return spawn(command, args, options)
    const error = Object.assign(new Error(`spawn ${code}`), { code })
    if (how === 'throw') throw error
    const child = new EventEmitter() as ChildProcess
    queueMicrotask(() => child.emit('error', error))
    return child
  }
}

test.each([
  ['EAGAIN', 'event'],
  ['ENOMEM', 'throw'],
] as const)('%s is retried for as long as it lasts, and counts as no crash', async (code, how) => {
  const { child, all } = supervise({
    modulePath: fixture('obedient'),
    restart: { initialDelayMs: 5, maxDelayMs: 10 },
    spawn: failing(10, code, how),
  })
  child.start()
  await child.whenReady()
  expect(all('exited')).toHaveLength(10)
  expect(all('exited')[0]?.facts.error).toContain(code)
  expect(child.status()).toMatchObject({ restartCount: 0, restartsInWindow: 0 })
})

test('a supervisor without files to open waits until there are some', async () => {
  const starved = [process.execPath, fixture('starved-supervisor'), fixture('obedient')].join(' ')
  const supervisor = spawn('/bin/sh', ['-c', `ulimit -n 128; exec ${starved}`], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [supervisor.stdout, supervisor.stderr]) stream.on('data', (data) => (output += data))
  await until(() => supervisor.exitCode !== null)
  expect(output).toMatch(/^(Could not start .*\(EMFILE\): .*too many open files.*\n){3}ready with 0 restarts\n/)
})
