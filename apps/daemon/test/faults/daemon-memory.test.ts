import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { askDaemon } from '@turnlog/health'
import { expect, test } from 'vitest'
import { healthOf, isWell, readHealth } from '../support/health.ts'
import { Machine } from '../support/turnlog.ts'
import { residentBytes } from './support/recording.ts'
import { SCALE } from './support/scale.ts'

/** What is promised of the daemon's own process, whatever becomes of its children. */
const MOST_BYTES = 55_000_000
/** What garbage may come to between two collections. */
const SWING_BYTES = 750_000

/** Restarts the web server and waits until the next one serves. Asked for, so that it is no crash. */
async function restartWeb(machine: Machine, before: number | null): Promise<number | null> {
  await askDaemon(machine.stateDir, { ask: 'restart', child: 'web' })
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(25)) {
    const web = (await readHealth(machine))?.web
    if (web?.running === true && web.pid !== before) return web.pid
  }
  throw new Error('The web server did not come back')
}

test.skipIf(process.platform !== 'linux')(
  `the daemon takes less than 55 MB, and no more after ${SCALE.restarts} restarts of a child`,
  { timeout: 60_000 + SCALE.restarts * 2_000 },
  async () => {
    await using machine = new Machine()
    const { pid } = machine.start({ TURNLOG_LOGGING__LEVEL: 'warn' })
    let { pid: web } = (await healthOf(machine, isWell)).web
    const ready = residentBytes(pid) ?? 0
    expect(ready).toBeLessThan(MOST_BYTES)

    const files = readdirSync(`/proc/${pid}/fd`).length
    const sizes: number[] = []
    for (let restart = 1; restart <= SCALE.restarts; restart += 1) {
      web = await restartWeb(machine, web)
      sizes.push(residentBytes(pid) ?? 0)
    }
    const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1)
    const tenth = sizes.filter((_, index) => (index + 1) % (SCALE.restarts / 10) === 0)
    console.log(`memory of the daemon: ready ${megabytes(ready)} MB, then ${tenth.map(megabytes).join(', ')} MB`)
    expect(Math.max(...sizes)).toBeLessThan(MOST_BYTES)
    expect(Math.min(...sizes.slice(-10)) - ready).toBeLessThan(SWING_BYTES)
    // A connection that is just being closed may still be there.
    expect(readdirSync(`/proc/${pid}/fd`).length - files).toBeLessThan(3)
  },
)
