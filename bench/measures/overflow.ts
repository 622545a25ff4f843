import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDenseLine } from '../history/dense-line.ts'
import { smallFiles, writeSmallFiles } from '../history/write-small-files.ts'
import { waitForBytes } from '../machine/committed.ts'
import { Scratch } from '../machine/scratch.ts'
import { TurnlogRun } from '../machine/turnlog-run.ts'
import type { Measure } from '../measure.ts'
import { seconds } from '../results/format.ts'

const APPENDS_PER_FILE = 10
const FROZEN_MS = 4_000
/** One sweep, and what it takes to read and store what it found. */
const GOAL_SECONDS = 90
const QUEUE = '/proc/sys/fs/inotify/max_queued_events'

/** More changes than the system's queue holds, while nobody takes them from it: are all lines there one sweep later? */
export const measureOverflow: Measure = async ({ server, quick, tell }) => {
  const files = quick ? 2_000 : 20_000
  using scratch = new Scratch()
  await using database = await server.createDatabase()
  await database.migrate()
  const home = join(scratch.path, 'home')
  let bytes = writeSmallFiles(home, files, 1)
  await using turnlog = new TurnlogRun({ home, stateDir: join(scratch.path, 'state'), databaseUrl: database.url })
  await turnlog.ready
  await waitForBytes(database.connection, bytes)
  const pid = turnlog.watcherPid
  await turnlog.freeze(async () => {
    const begin = performance.now()
    bytes += appendToEach(smallFiles(home, files))
    await sleep(Math.max(0, begin + FROZEN_MS - performance.now()))
  })
  const begin = performance.now()
  await waitForBytes(database.connection, bytes, 100)
  const elapsed = (performance.now() - begin) / 1000
  const { rows } = await database.connection.pool.query(
    "select count(*)::int as lines from events where event_type = 'turn_detected'",
  )
  const lines = files * (1 + APPENDS_PER_FILE)
  const appends = (files * APPENDS_PER_FILE).toLocaleString('en')
  tell(`overflow: ${rows[0].lines} of ${lines} lines after ${seconds(elapsed)}`)
  const isSame = pid === turnlog.watcherPid
  return [
    {
      measure: `${appends} appends to ${files.toLocaleString('en')} files while the watcher stands still`,
      goal: 'every line in the database one sweep later',
      value: `${rows[0].lines.toLocaleString('en')} of ${lines.toLocaleString('en')} lines after ${seconds(elapsed)}`,
      reached: rows[0].lines === lines && elapsed <= GOAL_SECONDS && isSame,
      notes:
        `stopped by SIGSTOP for at least ${FROZEN_MS / 1000} s; the queue of the system holds ` +
        `${readFileSync(QUEUE, 'utf8').trim()} changes; a sweep comes every 60 s; measured once, by the same watcher process`,
    },
  ]
}

// In rounds, so that the system cannot take two changes of one file for one.
function appendToEach(paths: readonly string[]): number {
  let bytes = 0
  for (let round = 0; round < APPENDS_PER_FILE; round += 1) {
    for (const path of paths) {
      const { line } = createDenseLine('overflow')
      appendFileSync(path, line)
      bytes += line.length
    }
  }
  return bytes
}
