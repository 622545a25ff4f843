import { join } from 'node:path'
import { writeHistory } from '../history/write-history.ts'
import { writeSmallFiles } from '../history/write-small-files.ts'
import { runImport } from '../machine/import-run.ts'
import { Scratch } from '../machine/scratch.ts'
import type { Measure, MeasureContext } from '../measure.ts'
import type { Finding } from '../results/finding.ts'
import { megabytes } from '../results/format.ts'
import { median, spread } from '../results/statistics.ts'

const BYTES_A_FILE = 500_000
const LINES_PER_FILE = 10
/** The largest ones take minutes, and are measured once. */
const RUNS_UP_TO = { bytes: 1e9, files: 5_000 }

const ONCE = '; more than 1 GB and more than 5,000 files measured once'

interface Fixed {
  readonly seconds: number
  readonly cpuSeconds: number
}

interface Point {
  readonly size: number
  /** Milliseconds of wall time for each MB or each file. */
  readonly cost: number
  readonly cpu: number
  readonly peak: number
}

/** Whether cost and memory stay the same however much history there is. */
export const measureScale: Measure = async (context) => {
  const { quick, runs } = context
  const sizes = quick ? [1e8, 3e8] : [1e8, 1e9, 1e10]
  const counts = quick ? [100, 1_000, 5_000] : [100, 1_000, 5_000, 20_000, 50_000]
  const fixed = await measureFixed(context)
  const bySize: Point[] = []
  for (const bytes of sizes) bySize.push(await measureBytes(context, fixed, bytes, bytes > RUNS_UP_TO.bytes ? 1 : runs))
  const byCount: Point[] = []
  for (const files of counts)
    byCount.push(await measureFiles(context, fixed, files, files > RUNS_UP_TO.files ? 1 : runs))
  return [
    toFlat('cost per MB of history', bySize, ({ size }) => megabytes(size), runs),
    toMemory(bySize),
    toFlat('cost per file of ten lines', byCount, ({ size }) => `${size} files`, runs),
  ]
}

/** What an import of next to nothing takes: it is the start of a process, and no part of the cost of history. */
async function measureFixed({ server, runs, tell }: MeasureContext): Promise<Fixed> {
  using scratch = new Scratch()
  const home = join(scratch.path, 'home')
  const bytes = writeSmallFiles(home, 1, 1)
  const imports = []
  for (let run = 0; run < runs; run += 1) imports.push(await runImport(server, home, bytes))
  const fixed = {
    seconds: median(imports.map(({ seconds }) => seconds)),
    cpuSeconds: median(imports.map(({ watcherCpuSeconds }) => watcherCpuSeconds)),
  }
  tell(`scale, fixed: ${fixed.seconds.toFixed(3)} s, ${fixed.cpuSeconds.toFixed(3)} s CPU`)
  return fixed
}

async function measureBytes(context: MeasureContext, fixed: Fixed, bytes: number, runs: number): Promise<Point> {
  using scratch = new Scratch()
  const home = join(scratch.path, 'home')
  const history = writeHistory({ home, bytes, files: bytes / BYTES_A_FILE })
  // Awaited here: the files are gone when this function is left.
  return await measurePoint(context, fixed, {
    home,
    bytes: history.bytes,
    size: bytes,
    units: history.bytes / 1e6,
    runs,
  })
}

async function measureFiles(context: MeasureContext, fixed: Fixed, files: number, runs: number): Promise<Point> {
  using scratch = new Scratch()
  const home = join(scratch.path, 'home')
  const bytes = writeSmallFiles(home, files, LINES_PER_FILE)
  // Awaited here: the files are gone when this function is left.
  return await measurePoint(context, fixed, { home, bytes, size: files, units: files, runs })
}

async function measurePoint(
  { server, tell }: MeasureContext,
  fixed: Fixed,
  of: { home: string; bytes: number; size: number; units: number; runs: number },
): Promise<Point> {
  const imports = []
  for (let run = 0; run < of.runs; run += 1) imports.push(await runImport(server, of.home, of.bytes))
  const point = {
    size: of.size,
    cost: ((median(imports.map(({ seconds }) => seconds)) - fixed.seconds) * 1000) / of.units,
    cpu: ((median(imports.map(({ watcherCpuSeconds }) => watcherCpuSeconds)) - fixed.cpuSeconds) * 1000) / of.units,
    peak: Math.max(...imports.map(({ watcherPeakBytes }) => watcherPeakBytes)),
  }
  tell(
    `scale ${of.size}: ${point.cost.toFixed(2)} ms each, ${point.cpu.toFixed(2)} ms CPU, peak ${megabytes(point.peak)}`,
  )
  return point
}

function toFlat(measure: string, points: readonly Point[], name: (point: Point) => string, runs: number): Finding {
  const apart = spread(points.map(({ cost }) => cost))
  return {
    measure: `${measure}, from ${name(points[0] as Point)} to ${name(points.at(-1) as Point)}`,
    goal: 'flat within 15 %',
    value: `largest ${Math.round((apart - 1) * 100)} % above smallest`,
    reached: apart <= 1.15,
    notes: `${points
      .map((point) => `${name(point)}: ${point.cost.toFixed(2)} ms (CPU ${point.cpu.toFixed(2)} ms)`)
      .join(', ')}; beyond what an import of one line takes${runs > 1 ? ONCE : ''}`,
  }
}

function toMemory(points: readonly Point[]): Finding {
  const most = Math.max(...points.map(({ peak }) => peak))
  return {
    measure: 'peak memory of the watcher, by size of the history',
    goal: '≤ 150 MB, the same for all',
    value: points.map(({ size, peak }) => `${megabytes(size)}: ${megabytes(peak)}`).join(', '),
    reached: most <= 150e6,
  }
}
