import { type SpawnOptions, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { onInterrupt } from '../machine/on-interrupt.ts'
import type { PeerRun } from './peer.ts'

/** The first version number that a program says; null where there is no such program. */
export function readVersion(program: string, args: readonly string[], env?: NodeJS.ProcessEnv): string | null {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, ...env } })
  return status === 0 ? (/\d+\.\d+(\.\d+)?/.exec(stdout)?.[0] ?? 'unknown') : null
}

/** A program in the foreground, until the run is disposed of. */
export function runProgram(program: string, args: readonly string[], options: SpawnOptions = {}): PeerRun {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'], ...options })
  const closed = once(child, 'close')
  const undone = onInterrupt(() => child.kill('SIGKILL'))
  return {
    pid: child.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      undone()
      child.kill('SIGKILL')
      await closed
    },
  }
}
