import { setTimeout as sleep } from 'node:timers/promises'
import { ownServer } from '@turnlog/database/testing'
import { expect, test } from 'vitest'
import { Machine } from '../support/turnlog.ts'
import { until } from '../support/until.ts'
import { startAppender } from './support/appender.ts'
import { caughtUp, expectRecorded } from './support/expect-recorded.ts'
import { createRandom } from './support/random.ts'
import { readCommitted, sizeOf } from './support/recording.ts'
import { SCALE, SEED } from './support/scale.ts'
import { superviseWatcher } from './support/watcher-process.ts'

const FILES = 20

test(`killed ${SCALE.kills} times at random moments while 20 files grow (seed ${SEED}), the rows are what was written`, {
  timeout: SCALE.kills * 1_000 + 120_000,
}, async () => {
  const random = createRandom(SEED)
  await using server = await ownServer()
  await using machine = new Machine({ DATABASE_URL: server.url })
  const paths = Array.from({ length: FILES }, (_, file) => machine.transcript(`file-${file}`))
  await using appender = startAppender(paths, { seed: SEED, bytesPerSecond: 300_000 })
  await using watcher = await superviseWatcher(machine, server.url)

  let pid = await watcher.another(null)
  const toFirstCommitMs = await timeToFirstCommit(machine)
  const committedAtKills: number[] = []
  while (committedAtKills.length < SCALE.kills) {
    // Some are killed while they start, some while they catch up, some while they follow.
    await sleep(random.next() * 2 * toFirstCommitMs)
    // On a busy machine a watcher may be killed before each commit, so every third one gets to commit first.
    if (committedAtKills.length % 3 === 2) await commitsMoreThan(machine, committedAtKills.at(-1) ?? 0)
    const committed = await readCommitted(machine)
    // Only a kill while there is something to lose counts.
    if (sizeOf(paths) <= committed) continue
    // One that ended by itself could not be killed; that is told below.
    if (watcher.pid === pid) process.kill(pid, 'SIGKILL')
    committedAtKills.push(committed)
    pid = await watcher.another(pid)
  }

  await appender.finish()
  // A file that was being parsed at one of the kills is left alone for up to a minute.
  await caughtUp(machine, paths, 120_000)
  await expectRecorded(machine, paths)
  expect(watcher.ends.filter((end) => end !== 'SIGKILL').concat(watcher.complaints)).toEqual([])
  expect(watcher.starts).toBe(SCALE.kills + 1)
  // The kills fell between commits, not before the first or after the last.
  expect(new Set(committedAtKills).size).toBeGreaterThan(SCALE.kills / 4)
  const [{ events } = { events: 0 }] = await machine.query<{ events: number }>(
    'select count(*)::integer as events from events',
  )
  console.log(
    `${SCALE.kills} kills, commits seen between ${new Set(committedAtKills).size} of them, ${events} events, ${sizeOf(paths)} bytes`,
  )
})

async function commitsMoreThan(machine: Machine, before: number): Promise<void> {
  await until(
    () => readCommitted(machine),
    (committed) => committed > before,
  )
}

async function timeToFirstCommit(machine: Machine): Promise<number> {
  const begun = performance.now()
  await commitsMoreThan(machine, 0)
  return performance.now() - begun
}
