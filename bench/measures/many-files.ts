import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDenseLine } from '../history/dense-line.ts'
import { smallFiles, writeSmallFiles } from '../history/write-small-files.ts'
import { waitForBytes } from '../machine/committed.ts'
import { type ProcessUsage, readUsage } from '../machine/process-usage.ts'
import { Scratch } from '../machine/scratch.ts'
import { TurnlogRun } from '../machine/turnlog-run.ts'
import type { Measure } from '../measure.ts'
import type { Finding } from '../results/finding.ts'
import { megabytes, milliseconds, seconds } from '../results/format.ts'
import { median } from '../results/statistics.ts'

const LINES_PER_FILE = 10
const ACTIVE = 20
/** Long enough for what follows an import to be over. */
const SETTLE_MS = 10_000

interface Idle {
  readonly coreShare: number
  readonly after: ProcessUsage
}

/** A long history of which nothing changes: what it costs to watch it, and to start again on it. */
export const measureManyFiles: Measure = async ({ server, runs, quick, tell }) => {
  const files = quick ? 2_000 : 20_000
  using scratch = new Scratch()
  await using database = await server.createDatabase()
  await database.migrate()
  const places = { home: join(scratch.path, 'home'), stateDir: join(scratch.path, 'state'), databaseUrl: database.url }
  const bytes = writeSmallFiles(places.home, files, LINES_PER_FILE)
  {
    await using first = new TurnlogRun(places)
    await waitForBytes(database.connection, bytes)
    await sleep(SETTLE_MS)
    await first.stop()
  }
  const idles: Idle[] = []
  const restarts: { readonly whole: number; readonly look: number }[] = []
  for (let run = 1; run <= runs; run += 1) {
    await using turnlog = new TurnlogRun(places)
    const { at, tookMs, bytesBehind } = await turnlog.ready
    if (bytesBehind > 0) throw new Error(`${bytesBehind} bytes were left to read`)
    restarts.push({ whole: at - turnlog.startedAt, look: tookMs })
    await sleep(SETTLE_MS)
    touch(places.home)
    await sleep(SETTLE_MS)
    idles.push(await beIdle(turnlog, quick ? 10_000 : 65_000))
    tell(
      `many files ${run}: ready after ${milliseconds(at - turnlog.startedAt)}, idle ${showIdle(idles.at(-1) as Idle)}`,
    )
  }
  return toFindings(files, idles, restarts)
}

/** A few of them have just been written to, as sessions that go on: these are looked at more often. */
function touch(home: string): void {
  for (const path of smallFiles(home, ACTIVE)) appendFileSync(path, createDenseLine('still-going-on').line)
}

async function beIdle({ watcherPid }: TurnlogRun, ms: number): Promise<Idle> {
  const before = readUsage(watcherPid)
  const begin = performance.now()
  await sleep(ms)
  const after = readUsage(watcherPid)
  return { coreShare: (after.cpuSeconds - before.cpuSeconds) / ((performance.now() - begin) / 1000), after }
}

function showIdle({ coreShare, after }: Idle): string {
  return `${(coreShare * 100).toFixed(2)} % of a core, ${megabytes(after.residentBytes)}, ${after.openFiles} open files`
}

function toFindings(
  files: number,
  idles: readonly Idle[],
  restarts: readonly { readonly whole: number; readonly look: number }[],
): readonly Finding[] {
  const share = median(idles.map(({ coreShare }) => coreShare))
  const memory = median(idles.map(({ after }) => after.residentBytes))
  const open = Math.max(...idles.map(({ after }) => after.openFiles))
  const restart = median(restarts.map(({ whole }) => whole)) / 1000
  return [
    {
      measure: `idle, ${files} files, ${ACTIVE} of them active`,
      goal: '≤ 0.2 % of a core, ≤ 100 MB, ≤ 64 open files',
      value: `${(share * 100).toFixed(2)} %, ${megabytes(memory)}, ${open} open files`,
      reached: share <= 0.002 && memory <= 100e6 && open <= 64,
      notes: 'the watcher process; the time includes a look at all files, which comes every 60 s',
    },
    {
      measure: `restart with nothing new, ${files} files`,
      goal: '≤ 2 s',
      value: seconds(restart),
      reached: restart <= 2,
      notes: `from the start of the command; ${milliseconds(median(restarts.map(({ look }) => look)))} of it to find and compare the files`,
    },
  ]
}
