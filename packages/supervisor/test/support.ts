import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'
import { type ChildOptions, type OutputLine, type SupervisedChild, superviseChild } from '../src/index.ts'

export interface Told {
  readonly what: string
  readonly at: number
  // biome-ignore lint/suspicious/noExplicitAny: what a report says depends on which one it is
  readonly facts: any
}

export interface Supervised {
  readonly child: SupervisedChild
  readonly told: readonly Told[]
  readonly lines: readonly OutputLine[]
  readonly received: readonly unknown[]
  all(what: string): readonly Told[]
}

const started = new Set<SupervisedChild>()

afterEach(async () => {
  await Promise.all([...started].map((child) => child.stop()))
  started.clear()
})

/** A supervised child whose reports are kept; stopped at the end of the test. */
export function supervise(options: Omit<ChildOptions, 'name'>): Supervised {
  const told: Told[] = []
  const lines: OutputLine[] = []
  const received: unknown[] = []
  const report = new Proxy(
    {},
    { get: (_, what: string) => (_name: string, facts: unknown) => told.push({ what, at: performance.now(), facts }) },
  )
  const child = superviseChild({
    name: 'test',
    report,
    output: (line) => lines.push(line),
    onMessage: (data) => received.push(data),
    ...options,
  })
  started.add(child)
  return { child, told, lines, received, all: (what) => told.filter((fact) => fact.what === what) }
}

export function fixture(name: string): string {
  return fileURLToPath(new URL(`fixtures/${name}.ts`, import.meta.url))
}

/** Heartbeats for tests of hangs, which are detected after a second. */
export const quickHeartbeat = { intervalMs: 200, timeoutMs: 1_000 } as const

/** Resolves as soon as the condition holds, with what it gave. */
export async function until<Value>(condition: () => Value, timeoutMs = 60_000): Promise<NonNullable<Value>> {
  for (const end = performance.now() + timeoutMs; performance.now() < end; await sleep(5)) {
    const value = condition()
    if (value) return value as NonNullable<Value>
  }
  throw new Error(`Not true within ${timeoutMs} ms: ${condition}`)
}

interface Process {
  readonly pid: number
  readonly parent: number
  readonly group: number
}

/** Everything that runs on this machine; zombies do not. */
function processes(): readonly Process[] {
  const rows = process.platform === 'linux' ? readProc() : askPs()
  return rows
    .filter(({ state }) => !state.startsWith('Z'))
    .map(({ pid, parent, group }) => ({ pid: Number(pid), parent: Number(parent), group: Number(group) }))
}

// Small containers have no `ps`.
function readProc() {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))
  return pids.map((pid) => {
    const stat = readStat(pid)
    const [state = 'Z', parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { pid, parent, group, state: state === '' ? 'Z' : state }
  })
}

function readStat(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return ''
  }
}

function askPs() {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { encoding: 'utf8' }).trim().split('\n')
  return rows.map((row) => {
    const [pid, parent, group, state = 'Z'] = row.trim().split(/\s+/)
    return { pid, parent, group, state }
  })
}

export function isRunning(pid: number): boolean {
  return processes().some((process) => process.pid === pid)
}

export function groupMembers(group: number): readonly number[] {
  return processes().flatMap((process) => (process.group === group ? [process.pid] : []))
}

export function childrenOf(parent: number): readonly number[] {
  return processes().flatMap((process) => (process.parent === parent ? [process.pid] : []))
}

/** A fact that a supervisor in a process of its own has reported. */
// biome-ignore lint/suspicious/noExplicitAny: what a fact says depends on which one it is
export type Fact = any

export interface SupervisorProcess extends Disposable {
  readonly process: ChildProcess
  readonly facts: readonly Fact[]
  /** The newest fact of a kind, as soon as there is one. */
  next(what: string, timeoutMs?: number): Promise<Fact>
  ask(order: 'status' | 'stop'): void
}

/** A supervisor in a process of its own; `wrap` makes the command line that starts it there. */
export function startSupervisor(
  options: Partial<ChildOptions>,
  wrap: (own: readonly string[]) => readonly string[] = (own) => own,
): SupervisorProcess {
  const own = [process.execPath, fixture('supervisor'), JSON.stringify({ name: 'test', ...options })]
  const [command, ...args] = wrap(own)
  const supervisor = spawn(command as string, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const facts: Fact[] = []
  createInterface(supervisor.stdout).on('line', (line) => {
    // A terminal echoes what is typed, in front of whatever comes next.
    if (line.includes('{')) facts.push(JSON.parse(line.slice(line.indexOf('{'))))
  })
  supervisor.stdin.on('error', () => {})
  return {
    process: supervisor,
    facts,
    next: (what, timeoutMs) => until(() => facts.findLast((fact) => fact.what === what), timeoutMs),
    ask: (order) => void supervisor.stdin.write(`${order}\n`),
    [Symbol.dispose]: () => void supervisor.kill('SIGKILL'),
  }
}

/** Answers of a supervisor process to `status`, one new one each time. */
export async function askStatus(supervisor: SupervisorProcess): Promise<Fact> {
  const seen = supervisor.facts.length
  supervisor.ask('status')
  return until(() => supervisor.facts.slice(seen).findLast((fact) => fact.what === 'status'))
}
