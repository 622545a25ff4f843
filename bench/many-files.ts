/**
 * What the watcher costs with a long history and few sessions going on, without a database.
 *
 *   node bench/many-files.ts [files] [seconds of idleness] [program that watches]
 *
 * The files are made in a folder of their own below the system's folder for temporary files. A process of its own
 * watches them and counts; it is told to do so by this one, and measured while it does. Reading TypeScript costs that
 * process some 45 MB; to measure what the daemon's own bundle would take, bundle the program first and name it:
 *
 *   rolldown bench/support/counting-watcher.ts --platform node --file /tmp/counting-watcher.mjs
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Counted, Told } from './support/counting-watcher.ts'

const COUNTING_WATCHER = join(import.meta.dirname, 'support/counting-watcher.ts')
const [count = '20000', idleSeconds = '65', program = COUNTING_WATCHER] = process.argv.slice(2)
const FILES = Number(count)
const ACTIVE = 20
const FOLDERS = 400
const LINES = 10
const LINE_BYTES = 590
// As the daemon starts its watcher.
const WATCHER_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=50', '--expose-gc']

const folder = mkdtempSync(join(tmpdir(), 'turnlog-bench-'))
const paths = Array.from({ length: FILES }, (_, index) => pathOf(index))
let lines = 0

try {
  await run()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function run(): Promise<void> {
  console.log(`making ${FILES} files in ${folder}`)
  for (const [index, path] of paths.entries()) makeFile(path, index)

  const first = await start()
  await caughtUp(first)
  report('first start, everything read', await first.ask('usage'), first.startedAt)
  await idle(first)
  await latency(first, 'latency of an append')
  await setTimeout(15_000)
  await latency(first, 'latency after 15 s of silence')
  await reading(first)
  await overflow(first)
  await first.stop()

  const second = await start()
  await caughtUp(second)
  report('second start, nothing new', await second.ask('usage'), second.startedAt)
  await second.stop()
}

function pathOf(index: number): string {
  const session = `${String(index).padStart(8, '0')}-2222-4333-8444-555555555555`
  return join(folder, 'projects', `-home-ada-${index % FOLDERS}`, `${session}.jsonl`)
}

function makeFile(path: string, index: number): void {
  if (index < FOLDERS) mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, Array.from({ length: LINES }, newLine).join(''))
  const age = index < ACTIVE ? 0 : 86_400 + index * 60
  utimesSync(path, Date.now() / 1000 - age, Date.now() / 1000 - age)
}

function newLine(): string {
  lines += 1
  const line = {
    type: 'user',
    uuid: `${String(lines).padStart(8, '0')}-aaaa-4bbb-8ccc-dddddddddddd`,
    parentUuid: null,
    timestamp: new Date().toISOString(),
    sessionId: 'x',
    cwd: '/home/ada/engine',
    version: '2.1.9',
    gitBranch: 'main',
    isSidechain: false,
    userType: 'external',
    // The clock of the machine, by which the other process tells how long ago the line was written.
    message: { role: 'user', content: `${process.hrtime.bigint()} ` },
  }
  line.message.content += 'x'.repeat(Math.max(0, LINE_BYTES - 1 - JSON.stringify(line).length))
  return `${JSON.stringify(line)}\n`
}

interface Watching {
  readonly startedAt: number
  ask(told: Told['do']): Promise<Counted>
  stop(): Promise<void>
}

async function start(): Promise<Watching> {
  const startedAt = performance.now()
  const child: ChildProcess = fork(program, [folder], {
    execArgv: WATCHER_FLAGS,
  })
  await once(child, 'message')
  console.log(`ready after ${seconds(startedAt)} s`)
  return {
    startedAt,
    async ask(told) {
      child.send({ do: told } satisfies Told)
      const [answer] = (await once(child, 'message')) as [Counted]
      return answer
    },
    async stop() {
      child.send({ do: 'stop' } satisfies Told)
      await once(child, 'exit')
    },
  }
}

async function caughtUp(watching: Watching, timeoutSeconds = 120): Promise<Counted> {
  const begin = performance.now()
  for (;;) {
    const counted = await watching.ask('count')
    if (counted.turns >= lines) return counted
    if (performance.now() - begin > timeoutSeconds * 1000) throw new Error(`${counted.turns} of ${lines} lines`)
    await setTimeout(20)
  }
}

async function idle(watching: Watching): Promise<void> {
  await setTimeout(6_000)
  const before = await watching.ask('usage')
  const begin = performance.now()
  await setTimeout(Number(idleSeconds) * 1000)
  const after = await watching.ask('usage')
  const share = (after.cpuMs - before.cpuMs) / (performance.now() - begin)
  console.log(
    `idle: ${(share * 100).toFixed(3)} % of a core, ${megabytes(after.rss)} MB, ${after.descriptors} descriptors`,
  )
}

async function latency(watching: Watching, name: string): Promise<void> {
  await watching.ask('forget')
  for (let index = 0; index < 500; index += 1) {
    appendFileSync(paths[index % ACTIVE] as string, newLine())
    await setTimeout(20)
  }
  const { latencies } = await caughtUp(watching)
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)]?.toFixed(2)
  console.log(`${name}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms (${sorted.length} appends, 50/s)`)
}

async function reading(watching: Watching): Promise<void> {
  const before = await watching.ask('usage')
  const begin = performance.now()
  for (let round = 0; round < 50; round += 1) {
    for (const path of paths.slice(0, ACTIVE)) appendFileSync(path, Array.from({ length: 50 }, newLine).join(''))
    await setTimeout(10)
  }
  await caughtUp(watching)
  const after = await watching.ask('usage')
  console.log(`50,000 lines: ${Math.round(after.cpuMs - before.cpuMs)} ms of CPU, ${seconds(begin)} s`)
}

async function overflow(watching: Watching): Promise<void> {
  const blocked = watching.ask('block')
  const begin = performance.now()
  for (let round = 0; round < 10; round += 1) for (const path of paths) appendFileSync(path, newLine())
  const wrote = seconds(begin)
  await blocked
  const atOnce = (await watching.ask('count')).turns
  await caughtUp(watching)
  console.log(
    `${FILES * 10} appends in ${wrote} s beside a blocked event loop: ${lines - atOnce} lines behind when it went on, all there after ${seconds(begin)} s`,
  )
}

function report(name: string, { cpuMs, rss, mostRss, descriptors }: Counted, since: number): void {
  console.log(
    `${name}: ${seconds(since)} s, ${Math.round(cpuMs)} ms of CPU, ${megabytes(rss)} MB (at most ${megabytes(mostRss)}), ` +
      `${descriptors} descriptors; ${readdirSync(folder).length > 0 ? lines : 0} lines`,
  )
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1000).toFixed(2)
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(0)
}
