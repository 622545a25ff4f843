import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDenseLine } from '../history/dense-line.ts'
import { measureCopy } from '../limits/copy-rows.ts'
import type { BenchServer } from '../machine/bench-server.ts'
import { type Follower, followWithPeer, followWithTurnlog } from '../machine/follower.ts'
import { readUsage } from '../machine/process-usage.ts'
import { waitUntil } from '../machine/wait-until.ts'
import type { Measure } from '../measure.ts'
import { installedPeers } from '../peers/index.ts'
import type { Finding } from '../results/finding.ts'
import { rate, ratio, seconds } from '../results/format.ts'
import { median } from '../results/statistics.ts'

const FILES = 10
const LINES = 50_000

interface DenseRun {
  readonly rowsPerSecond: number
  readonly cpuSeconds: number
}

interface Round {
  readonly turnlog: DenseRun
  readonly copy: number
  readonly peers: ReadonlyMap<string, DenseRun>
}

/** Lines of 590 bytes, each of them a turn, appended to files that are followed already. */
export const measureDense: Measure = async ({ server, runs, tell }) => {
  const rounds: Round[] = []
  for (let run = 1; run <= runs; run += 1) {
    rounds.push(await runRound(server))
    tell(`dense ${run}: ${describe(rounds.at(-1) as Round)}`)
  }
  return toFindings(rounds)
}

async function runRound(server: BenchServer): Promise<Round> {
  await using turnlog = await followWithTurnlog(server)
  const measured = await feed(turnlog)
  const copy = LINES / (await measureCopy(server, turnlog.database))
  await turnlog[Symbol.asyncDispose]()
  const peers = new Map<string, DenseRun>()
  for (const peer of installedPeers) {
    await using follower = await followWithPeer(server, peer)
    peers.set(peer.name, await feed(follower))
  }
  return { turnlog: measured, copy, peers }
}

/** From the first byte on disk to the last row that another connection sees. */
async function feed({ data, pid, database, table, key }: Follower): Promise<DenseRun> {
  const { pool } = database.connection
  await pool.query('checkpoint')
  const files = Array.from({ length: FILES }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`)
  const contents = files.map((file) => Array.from({ length: LINES / FILES }, () => createDenseLine(file).line).join(''))
  const cpuBefore = readUsage(pid).cpuSeconds
  const begin = performance.now()
  for (const [index, file] of files.entries()) writeFileSync(join(data, `${file}.jsonl`), contents[index] as string)
  // The highest id costs nothing to ask for; only near the end are rows counted.
  await waitUntil(async () => {
    const { rows } = await pool.query(`select coalesce(max(id), 0)::int as most from ${table}`)
    if (rows[0].most < LINES) return false
    return (await pool.query(`select count(${key})::int as count from ${table}`)).rows[0].count >= LINES
  })
  const elapsed = (performance.now() - begin) / 1000
  return { rowsPerSecond: LINES / elapsed, cpuSeconds: readUsage(pid).cpuSeconds - cpuBefore }
}

function describe({ turnlog, copy, peers }: Round): string {
  const beside = [...peers].map(([name, run]) => `${name} ${rate(run.rowsPerSecond)}, ${seconds(run.cpuSeconds)} CPU`)
  return [`${rate(turnlog.rowsPerSecond)}, ${seconds(turnlog.cpuSeconds)} CPU`, `COPY ${rate(copy)}`, ...beside].join(
    '; ',
  )
}

function toFindings(rounds: readonly Round[]): readonly Finding[] {
  const toCopy = median(rounds.map(({ turnlog, copy }) => turnlog.rowsPerSecond / copy))
  const cpu = median(rounds.map(({ turnlog }) => turnlog.cpuSeconds))
  const bestOf = ({ peers }: Round) => Math.max(...[...peers.values()].map(({ rowsPerSecond }) => rowsPerSecond))
  const toPeers = median(rounds.map((round) => round.turnlog.rowsPerSecond / bestOf(round)))
  const turnlog = rate(median(rounds.map(({ turnlog }) => turnlog.rowsPerSecond)))
  return [
    {
      measure: '50,000 lines of 590 bytes in 10 files, every line an event, against COPY of the same rows',
      goal: '≥ 0.6 of its rate',
      value: ratio(toCopy),
      reached: toCopy >= 0.6,
      notes: `${turnlog}; COPY ${rate(median(rounds.map(({ copy }) => copy)))}; in a watcher that has just started`,
    },
    {
      measure: 'the same against the better of rsyslog and syslog-ng',
      goal: '≥ 4 times',
      value: installedPeers.length === 0 ? 'no peer is installed' : `${ratio(toPeers)} times`,
      reached: installedPeers.length === 0 ? null : toPeers >= 4,
      notes: installedPeers
        .map(({ name }) => `${name} ${rate(median(rounds.map(({ peers }) => peers.get(name)?.rowsPerSecond ?? 0)))}`)
        .join(', '),
    },
    {
      measure: 'CPU of the watcher for these lines',
      goal: '≤ 0.7 s',
      value: seconds(cpu),
      reached: cpu <= 0.7,
      notes: installedPeers
        .map(({ name }) => `${name} ${seconds(median(rounds.map(({ peers }) => peers.get(name)?.cpuSeconds ?? 0)))}`)
        .join(', '),
    },
  ]
}
