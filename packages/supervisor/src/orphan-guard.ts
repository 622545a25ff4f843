import type { ChildProcess } from 'node:child_process'
import type { SpawnProcess } from './run-process.ts'

/*
 * A child notices the death of its supervisor by its closed channel, but only if its event loop turns: not when it is
 * stopped, busy, or a program that knows of no channel. So a shell waits at the other end of a pipe. It is told which
 * group to watch; when the pipe closes, however the supervisor went, it ends the group as the supervisor would have
 * done: a signal, awake enough to hear it, and SIGKILL for what is left at the deadline. It sits in a session of its
 * own, so that signals to the supervisor's group do not reach it.
 */
const SCRIPT = `
trap '' HUP INT TERM
group=0
while read -r line; do group=$line; done
[ "$group" = 0 ] && exit 0
rounds=$1
kill "-$2" "$group" 2>/dev/null
kill -CONT "-$group" 2>/dev/null
while [ "$rounds" -gt 0 ] && kill -0 "-$group" 2>/dev/null; do
  sleep 0.1 2>/dev/null || { sleep 1; rounds=$((rounds - 8)); }
  rounds=$((rounds - 1))
done
kill -KILL "-$group" 2>/dev/null
`

/** What one round of the script takes, with some margin for a busy machine. */
const ROUND_MS = 120

interface GuardedStop {
  readonly deadlineMs: number
  readonly signal: NodeJS.Signals
}

/** Sees to it that no process of the watched group outlives this one by more than the deadline. */
export class OrphanGuard {
  readonly #spawn: SpawnProcess
  readonly #stop: GuardedStop
  readonly #trouble: (message: string, cause: unknown) => void
  #shell: ChildProcess | null = null
  #gone: Promise<void> = Promise.resolve()

  constructor(spawn: SpawnProcess, stop: GuardedStop, trouble: (message: string, cause: unknown) => void) {
    this.#spawn = spawn
    this.#stop = stop
    this.#trouble = trouble
  }

  watch(group: number): void {
    this.#shell ??= this.#open()
    this.#shell?.stdin?.write(`${group}\n`)
  }

  release(): void {
    this.#shell?.stdin?.write('0\n')
  }

  /** Ends the guard, when there is nothing to watch any more; resolves when its process is gone. */
  close(): Promise<void> {
    const shell = this.#shell
    this.#shell = null
    shell?.ref()
    shell?.kill('SIGKILL')
    return this.#gone
  }

  #open(): ChildProcess | null {
    const { deadlineMs, signal } = this.#stop
    const rounds = Math.ceil(deadlineMs / ROUND_MS)
    const args = ['-c', SCRIPT, 'orphan-guard', String(rounds), signal.replace(/^SIG/, '')]
    try {
      const shell = this.#spawn('/bin/sh', args, {
        cwd: '/',
        env: { PATH: '/usr/bin:/bin' },
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
      })
      this.#attend(shell)
      return shell
    } catch (error) {
      this.#lost(null, error)
      return null
    }
  }

  #attend(shell: ChildProcess): void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gone = promise
    shell.once('close', () => {
      this.#lost(shell, null)
      resolve()
    })
    shell.on('error', (error) => this.#lost(shell, error))
    shell.stdin?.on('error', (error) => this.#lost(shell, error))
    // The guard keeps nobody from going: it goes when we go.
    shell.unref()
    if (shell.stdin !== null && 'unref' in shell.stdin) (shell.stdin as { unref(): void }).unref()
  }

  // The next incarnation gets a new guard.
  #lost(shell: ChildProcess | null, cause: unknown): void {
    if (shell !== this.#shell) return
    this.#shell = null
    this.#trouble('no guard against orphans: /bin/sh could not be started or has ended', cause)
  }
}
