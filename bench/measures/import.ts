import { join } from 'node:path'
import { writeHistory } from '../history/write-history.ts'
import { measureCopy } from '../limits/copy-rows.ts'
import { measureParsing } from '../limits/parse-lines.ts'
import { type ImportRun, runImport } from '../machine/import-run.ts'
import { Scratch } from '../machine/scratch.ts'
import type { Measure } from '../measure.ts'
import type { Finding } from '../results/finding.ts'
import { megabytes, ratio, seconds } from '../results/format.ts'
import { median } from '../results/statistics.ts'

interface Round {
  readonly turnlog: ImportRun
  readonly parsing: number
  readonly copy: number
}

const BYTES_A_FILE = 500_000

/** Import of a history, next to what reading it and what storing its rows take at the least. */
export const measureImport: Measure = async ({ server, runs, quick, tell }) => {
  using scratch = new Scratch()
  const home = join(scratch.path, 'home')
  const bytes = quick ? 1e8 : 1e9
  const history = writeHistory({ home, bytes, files: bytes / BYTES_A_FILE })
  const rounds: Round[] = []
  for (let run = 1; run <= runs; run += 1) {
    const { seconds: parsing } = await measureParsing(history.paths)
    let copy = 0
    const turnlog = await runImport(server, home, history.bytes, async (database) => {
      copy = await measureCopy(server, database)
    })
    rounds.push({ turnlog, parsing, copy })
    tell(`import ${run}: ${describe(rounds.at(-1) as Round)}`)
  }
  return toFindings(rounds, history.bytes)
}

function describe({ turnlog, parsing, copy }: Round): string {
  return (
    `${seconds(turnlog.seconds)} (watcher ${seconds(turnlog.watcherCpuSeconds)} CPU, server ${seconds(turnlog.serverCpuSeconds)} CPU, ` +
    `peak ${megabytes(turnlog.watcherPeakBytes)}); parsing ${seconds(parsing)}, COPY ${seconds(copy)}`
  )
}

function toFindings(rounds: readonly Round[], bytes: number): readonly Finding[] {
  const over = median(rounds.map(({ turnlog, parsing, copy }) => turnlog.seconds / Math.max(parsing, copy)))
  const peak = Math.max(...rounds.map(({ turnlog }) => turnlog.watcherPeakBytes))
  const of = (pick: (round: Round) => number) => seconds(median(rounds.map(pick)))
  const growths = rounds.map(({ turnlog }) => turnlog.growth)
  const growth = median(growths.map(({ storedBytes, turns }) => storedBytes / turns))
  const text = median(growths.map(({ textBytes, turns }) => textBytes / turns))
  return [
    {
      measure: `import of ${megabytes(bytes)} of history, wall time, against max(limit a, limit b)`,
      goal: '≤ 1.3 times',
      value: `${ratio(over)} times`,
      reached: over <= 1.3,
      notes:
        `${of(({ turnlog }) => turnlog.seconds)}; limit a (read and parse) ${of(({ parsing }) => parsing)}, ` +
        `limit b (COPY of ${growths[0]?.turns} turns) ${of(({ copy }) => copy)}; CPU of the watcher ` +
        `${of(({ turnlog }) => turnlog.watcherCpuSeconds)}, of the server ${of(({ turnlog }) => turnlog.serverCpuSeconds)}`,
    },
    {
      measure: `peak memory of the watcher, ${megabytes(bytes)} of history`,
      goal: '≤ 150 MB',
      value: megabytes(peak),
      reached: peak <= 150e6,
      notes: 'VmHWM, the most of all runs',
    },
    {
      measure: 'database growth per turn',
      goal: `≤ 1.6 × bytes of its text + 300 (here ${Math.round(text * 1.6 + 300)})`,
      value: `${Math.round(growth)} bytes`,
      reached: growth <= text * 1.6 + 300,
      notes: `text ${Math.round(text)} bytes on average; table, indexes and TOAST`,
    },
  ]
}
