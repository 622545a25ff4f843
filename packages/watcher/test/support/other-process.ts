import { type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Something that the process of `fixtures/watching.ts` told. */
export interface Told {
  readonly turn?: string
  readonly ready?: true
  readonly mode?: string
  readonly hintsLost?: string
  readonly unreadable?: string
  readonly quarantined?: string
  readonly offset?: number
}

const WATCHING = join(import.meta.dirname, '../fixtures/watching.ts')

/** Watches a folder from another process. `shell` is what happens in its shell before it begins. */
export function watchElsewhere(root: string, shell: string, args: readonly unknown[] = [], options: SpawnOptions = {}) {
  const command = `${shell} exec "$0" "$@"`
  const child = spawn('sh', ['-c', command, process.execPath, WATCHING, root, ...args.map(String)], {
    ...options,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const told: Told[] = []
  if (child.stdout === null) throw new Error('The process has no output')
  createInterface({ input: child.stdout }).on('line', (line) => told.push(JSON.parse(line) as Told))
  const ended = once(child, 'exit').then(([code, signal]) => (signal ?? code) as NodeJS.Signals | number)
  return {
    told,
    /** Resolves with the signal or the exit code with which it ended. */
    ended,
    turns: () => told.flatMap(({ turn }) => turn ?? []),
    async [Symbol.asyncDispose]() {
      child.stdin?.end()
      await ended
    },
  }
}
