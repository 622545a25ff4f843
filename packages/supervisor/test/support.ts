import { readFileSync } from 'node:fs'
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

/** Resolves as soon as the condition holds, with what it gave. */
export async function until<Value>(condition: () => Value, timeoutMs = 10_000): Promise<NonNullable<Value>> {
  for (const end = performance.now() + timeoutMs; performance.now() < end; await sleep(2)) {
    const value = condition()
    if (value) return value as NonNullable<Value>
  }
  throw new Error(`Waited ${timeoutMs} ms in vain for: ${condition}`)
}

/** Whether a process runs; a zombie does not. */
export function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat[stat.lastIndexOf(')') + 2] !== 'Z'
  } catch {
    return false
  }
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number
}
