import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { healthOf, isWell } from './support/health.ts'
import { descendantsOf, isAlive } from './support/processes.ts'
import { Machine } from './support/turnlog.ts'

function serverPid(machine: Machine): number {
  return Number.parseInt(readFileSync(join(machine.stateDir, 'postgres/data/postmaster.pid'), 'utf8'), 10)
}

describe.skipIf(process.platform !== 'linux')('a database that was sent SIGSTOP', { timeout: 120_000 }, () => {
  test.each([
    ['its main process', (server: number) => [server]],
    ['all of its processes', (server: number) => [...descendantsOf(server), server]],
    ['the processes that serve it', (server: number) => descendantsOf(server)],
  ] as const)('does not delay a shutdown beyond 2 s: %s', async (_title, choose) => {
    await using machine = new Machine()
    const turnlog = machine.start()
    await healthOf(machine, isWell)
    const tree = descendantsOf(turnlog.pid)
    for (const pid of choose(serverPid(machine))) process.kill(pid, 'SIGSTOP')
    const begun = performance.now()
    turnlog.kill('SIGTERM')
    expect(await turnlog.exited).toBe(0)
    expect(performance.now() - begun).toBeLessThan(2_000)
    expect(tree.filter(isAlive)).toEqual([])

    machine.start()
    await healthOf(machine, isWell)
  })
})
