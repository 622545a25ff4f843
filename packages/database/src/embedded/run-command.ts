import { type ChildProcess, spawn } from 'node:child_process'
import { notRunnable } from './binaries.ts'
import { type ServerAccount, spawnIdentity } from './server-account.ts'

export interface CommandResult {
  readonly ok: boolean
  /** In words, as in `ended with exit code 1`. */
  readonly exit: string
  /** The end of what it wrote to stdout and stderr. */
  readonly output: string
}

export interface CommandOptions {
  readonly cwd: string
  readonly account: ServerAccount | null
  readonly signal?: AbortSignal | undefined
}

/** Runs a program of the server to its end, as the server's account. Rejects only if it cannot be run, or on abort. */
export async function runCommand(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: SERVER_ENVIRONMENT,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...spawnIdentity(options.account),
    ...(options.signal && { signal: options.signal }),
  })
  let output = ''
  const collect = (chunk: string): void => {
    output = (output + chunk).slice(-8192)
  }
  child.stdout.setEncoding('utf8').on('data', collect)
  child.stderr.setEncoding('utf8').on('data', collect)
  const { code, signal } = await closed(child)
  return { ok: code === 0, exit: describeExit(code, signal), output }
}

/**
 * The whole environment of the server's programs. Nothing of ours is passed on: `PGDATA`, `PGPORT` and the like would
 * change what they do, and secrets are none of their business. Fixed language, because their messages are read.
 */
export const SERVER_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } as const

export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal ? `was ended by ${signal}` : `ended with exit code ${code}`
}

function closed(child: ChildProcess): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ code: number | null; signal: NodeJS.Signals | null }>()
  child.once('error', (error) => reject(error.name === 'AbortError' ? error : notRunnable(error)))
  child.once('close', (code, signal) => resolve({ code, signal }))
  return promise
}
