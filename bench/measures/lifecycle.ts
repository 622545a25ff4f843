import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { writeHistory } from '../history/write-history.ts'
import { Scratch } from '../machine/scratch.ts'
import { TurnlogRun } from '../machine/turnlog-run.ts'
import type { Measure, MeasureContext } from '../measure.ts'
import type { Finding } from '../results/finding.ts'
import { milliseconds, seconds } from '../results/format.ts'
import { median } from '../results/statistics.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const KILLS = 5
/** So that every restart is the first within the window, and comes at once. */
const QUICK_FORGIVENESS = { TURNLOG_EVENT_SYSTEM__RESTART_WINDOW_SECONDS: '1' }
const WINDOW_MS = 1_100
/** Deep in the import, all caches and batches filled. */
const IMPORTING_MS = 1_500

/** Starts, kills and stops, all with the database that turnlog brings along. */
export const measureLifecycle: Measure = async (context) => [
  await measureStart(context),
  await measureKill(context),
  await measureStop(context),
]

async function measureStart({ runs, tell }: MeasureContext): Promise<Finding> {
  using scratch = new Scratch()
  const places = createPlaces(scratch)
  {
    await using first = new TurnlogRun(places)
    await first.ready
  }
  const times: number[] = []
  for (let run = 1; run <= runs; run += 1) {
    await using turnlog = new TurnlogRun({ ...places, command: startWithPnpm(), env: keepHome(places.home) })
    const { at } = await turnlog.ready
    times.push((at - turnlog.startedAt) / 1000)
    tell(`start ${run}: ${seconds(times.at(-1) as number)}`)
  }
  const start = median(times)
  return {
    measure: '`pnpm --filter daemon start`, everything cached → ready',
    goal: '≤ 2 s',
    value: seconds(start),
    reached: start <= 2,
    notes: 'pnpm itself and the start of the database included',
  }
}

/**
 * pnpm keeps its caches in the home folder, so only turnlog's sources are elsewhere. npx asks its registry, which may
 * take the user's proxy and certificates: without them it waits for many minutes.
 */
function keepHome(home: string): Readonly<Record<string, string | undefined>> {
  const sources = [{ agent: 'claude_code', path: join(home, '.claude/projects') }]
  const own = Object.entries(process.env).filter(([name]) => !/^(TURNLOG_|DATABASE_URL$)/.test(name))
  return { ...Object.fromEntries(own), HOME: homedir(), TURNLOG_SOURCES: JSON.stringify(sources) }
}

/** The pnpm that runs this; without one, npx brings it. */
function startWithPnpm(): readonly [string, ...string[]] {
  const pnpm = process.env.npm_execpath
  const args = ['--dir', ROOT, '--filter', 'daemon', 'start'] as const
  return pnpm === undefined ? ['npx', '-y', 'pnpm@12', ...args] : [process.execPath, pnpm, ...args]
}

async function measureKill({ runs, tell }: MeasureContext): Promise<Finding> {
  using scratch = new Scratch()
  await using turnlog = new TurnlogRun({ ...createPlaces(scratch), env: QUICK_FORGIVENESS })
  await turnlog.ready
  const times: number[] = []
  for (let kill = 1; kill <= runs * KILLS; kill += 1) {
    await sleep(WINDOW_MS)
    const begin = performance.now()
    const { at } = await turnlog.killWatcher()
    times.push(at - begin)
  }
  tell(`kill -9: ${times.map(milliseconds).join(', ')}`)
  const recovery = median(times)
  return {
    measure: 'kill -9 of the watcher → ready again',
    goal: '≤ 150 ms median',
    value: milliseconds(recovery),
    reached: recovery <= 150,
    notes: `${times.length} kills, most ${milliseconds(Math.max(...times))}`,
  }
}

async function measureStop({ runs, quick, tell }: MeasureContext): Promise<Finding> {
  const times: number[] = []
  using history = new Scratch()
  const home = join(history.path, 'home')
  const bytes = quick ? 4e8 : 2e9
  writeHistory({ home, bytes, files: bytes / 500_000 })
  for (let run = 1; run <= runs; run += 1) {
    using scratch = new Scratch()
    await using turnlog = new TurnlogRun({ home, stateDir: join(scratch.path, 'state') })
    const { bytesBehind } = await turnlog.ready
    if (bytesBehind < bytes / 2) throw new Error('There was too little left to import')
    await sleep(IMPORTING_MS)
    times.push(await turnlog.stop())
    tell(`stop ${run}: ${milliseconds(times.at(-1) as number)}`)
  }
  const stop = median(times)
  return {
    measure: 'SIGTERM under full import → exit',
    goal: '≤ 500 ms median',
    value: milliseconds(stop),
    reached: stop <= 500,
    notes: `daemon, watcher, web server and database; most ${milliseconds(Math.max(...times))}`,
  }
}

function createPlaces({ path }: Scratch) {
  const places = { home: join(path, 'home'), stateDir: join(path, 'state') }
  mkdirSync(join(places.home, '.claude/projects/-home-ada-engine'), { recursive: true })
  return places
}
