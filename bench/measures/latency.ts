import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDenseLine } from '../history/dense-line.ts'
import { measureChangeEvents } from '../limits/change-event.ts'
import { measureRoundTrips } from '../limits/round-trip.ts'
import type { BenchServer } from '../machine/bench-server.ts'
import { type Follower, followWithPeer, followWithTurnlog } from '../machine/follower.ts'
import { VisibleRows } from '../machine/visible-rows.ts'
import { waitUntil } from '../machine/wait-until.ts'
import type { Measure, MeasureContext } from '../measure.ts'
import { installedPeers } from '../peers/index.ts'
import type { Finding } from '../results/finding.ts'
import { milliseconds } from '../results/format.ts'
import { percentile } from '../results/statistics.ts'

const FILES = 20
const WARM_UP = 100
const MOST_WAIT_MS = 60_000
const SEEN = 'seen by another connection that looks for new ids after each 1 ms of pause'

type Latencies = readonly number[]

/** From an append to the row that another connection sees, at the pace of agents and at that of a flood. */
export const measureLatency: Measure = async (context) => {
  const { server, runs, quick, tell } = context
  const own: { steady: Latencies[]; silent: Latencies[]; flood: Latencies[] } = { steady: [], silent: [], flood: [] }
  const beside = new Map<string, Latencies[]>()
  for (let run = 1; run <= runs; run += 1) {
    await using turnlog = await followWithTurnlog(server)
    const appender = new Appender(turnlog)
    await appender.append({ total: WARM_UP, perSecond: 50 })
    own.steady.push(await appender.append({ total: quick ? 200 : 500, perSecond: 50 }))
    await sleep(15_000)
    own.silent.push(await appender.append({ total: quick ? 200 : 500, perSecond: 50 }))
    own.flood.push(await appender.append({ total: quick ? 4_000 : 20_000, perSecond: 2_000 }))
    await turnlog[Symbol.asyncDispose]()
    tell(
      `latency ${run}: 50/s ${show(own.steady.slice(-1))}, after silence ${show(own.silent.slice(-1))}, 2,000/s ${show(own.flood.slice(-1))}`,
    )
    await measurePeers(context, beside)
  }
  return [...toFindings(own, beside), ...(await measureLimits(server, quick ? 300 : 2_000))]
}

async function measurePeers({ server, quick, tell }: MeasureContext, beside: Map<string, Latencies[]>): Promise<void> {
  for (const peer of installedPeers) {
    await using follower = await followWithPeer(server, peer)
    const appender = new Appender(follower)
    await appender.append({ total: WARM_UP, perSecond: 50 })
    const latencies = await appender.append({ total: quick ? 100 : 500, perSecond: 50 })
    beside.set(peer.name, [...(beside.get(peer.name) ?? []), latencies])
    tell(`  ${peer.name} ${show([latencies])}`)
  }
}

/** Appends lines in turn to twenty files. */
class Appender {
  readonly #follower: Follower

  constructor(follower: Follower) {
    this.#follower = follower
  }

  /** @returns milliseconds, one for each row; fails when a row does not come */
  async append({ total, perSecond }: { readonly total: number; readonly perSecond: number }): Promise<Latencies> {
    const { database, table, key } = this.#follower
    const underway = new Map<string, number>()
    const latencies: number[] = []
    const onRow = (uuid: string) => {
      const since = underway.get(uuid)
      if (since !== undefined) latencies.push(performance.now() - since)
      underway.delete(uuid)
    }
    await using _rows = new VisibleRows(database, { table, key, onRow })
    const begin = performance.now()
    for (let sent = 0; sent < total; ) {
      const due = Math.min(total, Math.ceil(((performance.now() - begin) / 1000) * perSecond))
      for (; sent < due; sent += 1) this.#appendLine(sent % FILES, underway)
      await sleep(1)
    }
    await waitUntil(() => underway.size === 0, { timeoutMs: MOST_WAIT_MS })
    return latencies
  }

  #appendLine(file: number, underway: Map<string, number>): void {
    const session = `00000000-0000-4000-8000-0000000000${String(file).padStart(2, '0')}`
    const { uuid, line } = createDenseLine(session)
    underway.set(uuid, performance.now())
    appendFileSync(join(this.#follower.data, `${session}.jsonl`), line)
  }
}

async function measureLimits(server: BenchServer, count: number): Promise<readonly Finding[]> {
  await using database = await server.createDatabase()
  await database.migrate()
  const limit = (measure: string, times: Latencies): Finding => ({
    measure,
    goal: '',
    value: show([times]),
    reached: null,
  })
  return [
    limit('limit c: INSERT and commit of one row', await measureRoundTrips(database, count)),
    limit('limit d: append → change event → bytes read', await measureChangeEvents(count)),
  ]
}

function toFindings(
  own: { readonly steady: Latencies[]; readonly silent: Latencies[]; readonly flood: Latencies[] },
  beside: ReadonlyMap<string, Latencies[]>,
): readonly Finding[] {
  const peers = [...beside].map(([name, rounds]) => `${name} ${show(rounds)}`).join('; ')
  const flood = own.flood.flat()
  return [
    toSteady('append → row visible, 20 files, 50 appends/s', own.steady, `${SEEN}. ${peers}`),
    toSteady('the same after 15 s of silence', own.silent),
    {
      measure: 'the same at 2,000 appends/s',
      goal: 'p99 ≤ 150 ms, nothing lost',
      value: show(own.flood),
      reached: percentile(flood, 0.99) <= 150,
      notes: `${flood.length} appends, every one of them arrived`,
    },
  ]
}

function toSteady(measure: string, rounds: Latencies[], notes = ''): Finding {
  const all = rounds.flat()
  const reached = percentile(all, 0.5) <= 3 && percentile(all, 0.95) <= 10 && percentile(all, 0.99) <= 25
  return { measure, goal: 'p50 ≤ 3 ms, p95 ≤ 10 ms, p99 ≤ 25 ms', value: show(rounds), reached, notes }
}

/** Over the latencies of all rounds together. */
function show(rounds: readonly Latencies[]): string {
  const all = rounds.flat()
  return [0.5, 0.95, 0.99].map((share) => milliseconds(percentile(all, share))).join(' / ')
}
