import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import type { EmbeddedPostgresReport } from '../src/embedded/report.ts'
import { copyCachedCluster } from '../src/testing/cached-cluster.ts'
import { stopLeftover } from '../src/testing/stop-leftover.ts'
import { makeThrowawayDirectory, removeThrowawayDirectory } from '../src/testing/throwaway-directory.ts'
import { THROWAWAY_SETTINGS } from '../src/testing/throwaway-settings.ts'

export const SETTINGS = THROWAWAY_SETTINGS

/** An empty state directory; disposing of it ends whatever server runs there. */
export async function stateDirectory(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await makeThrowawayDirectory()
  const dispose = async (): Promise<void> => {
    await stopLeftover(path)
    await removeThrowawayDirectory(path)
  }
  return { path, [Symbol.asyncDispose]: dispose }
}

/** A state directory with a database in it that was stopped in order; saves the time of making one. */
export async function preparedDirectory(): ReturnType<typeof stateDirectory> {
  const state = await stateDirectory()
  await copyCachedCluster(state.path)
  return state
}

export async function query<Row>(url: string, text: string): Promise<readonly Row[]> {
  const client = new Client({ connectionString: url })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

export interface ReportedEvent {
  readonly name: string
  // biome-ignore lint/suspicious/noExplicitAny: facts of any event
  readonly facts: any
}

/** Everything that the server reported, in order. */
export function recorder(): { readonly report: EmbeddedPostgresReport; readonly events: ReportedEvent[] } {
  const events: ReportedEvent[] = []
  const report = new Proxy({} as EmbeddedPostgresReport, {
    get: (_, name) => (facts: unknown) => events.push({ name: String(name), facts }),
  })
  return { report, events }
}

export interface Owner extends AsyncDisposable {
  /** Resolves with the facts of the next such event, also if it already happened. */
  reported(name: string): Promise<ReportedEvent['facts']>
  /** Kills it with its whole process group, as closing everything at once would. */
  kill(): Promise<void>
}

/** A process of its own that starts a server and stays. */
export function startOwner(stateDir: string, account: { uid?: number; gid?: number } = {}): Owner {
  const script = join(import.meta.dirname, 'embedded-owner.ts')
  const child = spawn(process.execPath, [script, stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    cwd: '/',
    ...account,
  })
  const events = readEvents(child)
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
    const exited = once(child, 'exit')
    process.kill(-child.pid, 'SIGKILL')
    await exited
  }
  return {
    reported: (name) => waitFor(() => events.find((event) => event.name === name)).then(({ facts }) => facts),
    kill,
    [Symbol.asyncDispose]: kill,
  }
}

function readEvents(child: ChildProcess): readonly ReportedEvent[] {
  const events: ReportedEvent[] = []
  if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => events.push(JSON.parse(line)))
  return events
}

/** Asks again and again until there is an answer. */
export async function waitFor<Result>(
  ask: () => Result | undefined | null | false | Promise<Result | undefined | null | false>,
  timeoutMs = 10_000,
): Promise<Result> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (performance.now() > deadline) throw new Error(`Nothing within ${timeoutMs} ms`)
    await sleep(5)
  }
}
