import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { healthOf, isWell } from './support/health.ts'
import { descendantsOf, isAlive } from './support/processes.ts'
import { Machine } from './support/turnlog.ts'
import { until } from './support/until.ts'

/** Starts turnlog from a shell that goes by another name, as the system tells it. */
const startedBy = (name: string) =>
  `ln -sf "$(command -v bash)" "$HOME/${name}" && exec "$HOME/${name}" -c '"$@"; exit $?' ${name} "$@"`

const RUNNING = 0
const NOT_RUNNING = 3

describe.skipIf(!existsSync('/proc/self/stat'))('started by a package manager', { timeout: 120_000 }, () => {
  test('ends in order when that is gone, which told it nothing', async () => {
    await using machine = new Machine()
    const started = machine.startIn(startedBy('pnpm'))
    await healthOf(machine, isWell)
    const tree = descendantsOf(started.pid)
    started.kill('SIGKILL')
    await started.exited
    await until(
      () => machine.run('status'),
      ({ code }) => code === NOT_RUNNING,
    )
    await until(
      () => tree.filter(isAlive),
      (alive) => alive.length === 0,
    )
    expect(started.output).toMatch(/pnpm, which started turnlog, is gone/)
    expect(started.output).toMatch(/"stopped"|stopped\s*$/)
  })

  test('goes on when something else that started it is gone: a shell, for one', async () => {
    await using machine = new Machine()
    const started = machine.startIn(startedBy('some-shell'))
    await healthOf(machine, isWell)
    started.kill('SIGKILL')
    // Longer than it takes to notice that a package manager is gone.
    const watched = performance.now() + 1_500
    while (performance.now() < watched) expect((await machine.run('status')).code).toBe(RUNNING)
    expect((await machine.run('stop')).code).toBe(0)
  })
})
