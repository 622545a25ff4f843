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
  const bySize: Point[] = []
  for (const bytes of sizes) bySize.push(await measureBytes(context, bytes, bytes > RUNS_UP_TO.bytes ? 1 : runs))
  const byCount: Point[] = []
  for (const files of counts) byCount.push(await measureFiles(context, files, files > RUNS_UP_TO.files ? 1 : runs))
  return [
    toFlat('cost per MB of history', bySize, ({ size }) => megabytes(size)),
    toMemory(bySize),
    toFlat('cost per file of ten lines', byCount, ({ size }) => `${size} files`),
  ]
}

async function measureBytes(context: MeasureContext, bytes: number, runs: number): Promise<Point> {
  using scratch = new Scratch()
  const home = join(scratch.path, 'home')
  const history = writeHistory({ home, bytes, files: bytes / BYTES_A_FILE })
  // Awaited here: the files are gone when this function is left.
  return await measurePoint(context, { home, bytes: history.bytes, size: bytes, units: history.bytes / 1e6, runs })
}

async function measureFiles(context: MeasureContext, files: number, runs: number): Promise<Point> {
  using scratch = new Scratch()
  const home = join(scratch.path, 'home')
  const bytes = writeSmallFiles(home, files, LINES_PER_FILE)
  // Awaited here: the files are gone when this function is left.
  return await measurePoint(context, { home, bytes, size: files, units: files, runs })
}

async function measurePoint(
  { server, tell }: MeasureContext,
  of: { home: string; bytes: number; size: number; units: number; runs: number },
): Promise<Point> {
  const imports = []
  for (let run = 0; run < of.runs; run += 1) imports.push(await runImport(server, of.home, of.bytes))
  const point = {
    size: of.size,
    cost: (median(imports.map(({ seconds }) => seconds)) * 1000) / of.units,
    cpu: (median(imports.map(({ watcherCpuSeconds }) => watcherCpuSeconds)) * 1000) / of.units,
    peak: Math.max(...imports.map(({ watcherPeakBytes }) => watcherPeakBytes)),
  }
  tell(
    `scale ${of.size}: ${point.cost.toFixed(2)} ms each, ${point.cpu.toFixed(2)} ms CPU, peak ${megabytes(point.peak)}`,
  )
  return point
}

function toFlat(measure: string, points: readonly Point[], name: (point: Point) => string): Finding {
  const apart = spread(points.map(({ cost }) => cost))
  return {
    measure: `${measure}, from ${name(points[0] as Point)} to ${name(points.at(-1) as Point)}`,
    goal: 'flat within 15 %',
    value: `largest ${Math.round((apart - 1) * 100)} % above smallest`,
    reached: apart <= 1.15,
    notes: points
      .map((point) => `${name(point)}: ${point.cost.toFixed(2)} ms (CPU ${point.cpu.toFixed(2)} ms)`)
      .join(', '),
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
