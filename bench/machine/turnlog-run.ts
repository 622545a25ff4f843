import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onInterrupt } from './on-interrupt.ts'

const LAUNCHER = fileURLToPath(new URL('../../apps/daemon/bin/turnlog.js', import.meta.url))

/** What the watcher said when it was ready. */
export interface Ready {
  /** The clock of `performance.now()` when the line was read. */
  readonly at: number
  readonly files: number
  readonly bytesBehind: number
  /** How long it took to find and compare the files. */
  readonly tookMs: number
}

export interface TurnlogOptions {
  readonly home: string
  readonly stateDir: string
  /** Without one, turnlog starts its own. */
  readonly databaseUrl?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Another way to start it than the launcher, as program and arguments. */
  readonly command?: readonly [string, ...string[]]
}

/** turnlog as users start it: daemon, watcher and web server as real processes, on a home folder of their own. */
export class TurnlogRun implements AsyncDisposable {
  readonly startedAt = performance.now()
  readonly #child: ChildProcess
  readonly #closed: Promise<unknown>
  readonly #undone = onInterrupt(() => this.stop())
  #output = ''
  #ready = Promise.withResolvers<Ready>()
  /** Of the watcher that runs now. */
  watcherPid = 0
  /** Not that of the process which was started, where pnpm starts the daemon. */
  #daemonPid: number | null = null

  constructor({
    home,
    stateDir,
    databaseUrl,
    env = {},
    command = [process.execPath, LAUNCHER, 'start'],
  }: TurnlogOptions) {
    const [program, ...args] = command
    this.#child = spawn(program, args, {
      env: {
        PATH: process.env.PATH,
        TMPDIR: process.env.TMPDIR,
        HOME: home,
        TURNLOG_STATE_DIR: stateDir,
        TURNLOG_SERVER__PORT: '0',
        TURNLOG_LOGGING__LEVEL: 'debug',
        TURNLOG_LOGGING__FORMAT: 'json',
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#closed = once(this.#child, 'close')
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#read(line))
    }
    void this.#closed.then(this.#undone)
    void this.#closed.then(() => this.#ready.reject(new Error(`turnlog ended:\n${this.#output}`)))
    this.#ready.promise.catch(() => {})
  }

  /** The watcher that runs, or the next one, follows the files. */
  get ready(): Promise<Ready> {
    return this.#ready.promise
  }

  /** Resolves when its successor is ready. */
  killWatcher(): Promise<Ready> {
    this.#ready = Promise.withResolvers()
    process.kill(this.watcherPid, 'SIGKILL')
    return this.#ready.promise
  }

  /** Stops its clock for a while, as a machine does that sleeps; meanwhile nobody takes the watcher for hung. */
  async freeze(during: () => Promise<void>): Promise<void> {
    const pids = [this.#daemonPid ?? (this.#child.pid as number), this.watcherPid]
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    try {
      await during()
    } finally {
      for (const pid of pids.toReversed()) process.kill(pid, 'SIGCONT')
    }
  }

  /** Ends it as a system does that shuts down. @returns milliseconds */
  async stop(): Promise<number> {
    const begin = performance.now()
    if (this.#child.exitCode === null) process.kill(this.#daemonPid ?? (this.#child.pid as number), 'SIGTERM')
    await this.#closed
    return performance.now() - begin
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #read(line: string): void {
    this.#output = `${this.#output}${line}\n`.slice(-20_000)
    if (!line.startsWith('{')) return
    const { msg, child, pid, files, bytesBehind, tookMs } = JSON.parse(line)
    if (msg.startsWith('turnlog starts')) this.#daemonPid = pid
    if (child === 'watcher' && msg === 'watcher started') this.watcherPid = pid
    if (msg.startsWith('watching ')) this.#ready.resolve({ at: performance.now(), files, bytesBehind, tookMs })
  }
}
