import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Connection, connect, findEmbeddedPostgres } from '@turnlog/database'

const LAUNCHER = fileURLToPath(new URL('../../bin/turnlog.js', import.meta.url))

/** One line of the daemon's log. */
export interface LogLine {
  readonly level: number
  readonly msg: string
  readonly process?: string
  readonly pid?: number
  readonly child?: string
}

/** A user's machine: a home folder with transcripts, a state directory, and turnlog started on them. */
export class Machine implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'turnlog-daemon-'))
  readonly home = join(this.folder, 'home')
  readonly stateDir = join(this.folder, 'state')
  readonly #env: Readonly<Record<string, string>>
  /** What stands behind the command `turnlog`. */
  launcher = LAUNCHER
  readonly #running: Turnlog[] = []
  #connection: Connection | null = null

  /** @param env variables of every command on this machine; with `DATABASE_URL`, it uses that database */
  constructor(env: Readonly<Record<string, string>> = {}) {
    this.#env = env
    // The embedded database of root runs under another account, which has to get to its folder.
    chmodSync(this.folder, 0o711)
    mkdirSync(join(this.home, '.claude/projects/-home-ada-engine'), { recursive: true })
  }

  transcript(session: string): string {
    return join(this.home, '.claude/projects/-home-ada-engine', `${session}.jsonl`)
  }

  start(env: Readonly<Record<string, string>> = {}): Turnlog {
    const turnlog = new Turnlog(['start'], this.#environment(env), this.launcher)
    this.#running.push(turnlog)
    return turnlog
  }

  /**
   * Starts turnlog as a line of bash does that has it as `"$@"`, for what a shell can do to it: redirect its output,
   * cut it off. With `exec`, the process is the daemon itself.
   */
  startIn(script: string, env: Readonly<Record<string, string>> = {}): Turnlog {
    const turnlog = new Turnlog(['start'], this.#environment(env), this.launcher, ['bash', '-c', script, 'bash'])
    this.#running.push(turnlog)
    return turnlog
  }

  /** Runs a command that goes on until it is stopped. */
  spawn(...args: string[]): Turnlog {
    const turnlog = new Turnlog(args, this.#environment({}), this.launcher)
    this.#running.push(turnlog)
    return turnlog
  }

  /** Runs another command to its end. */
  async run(...args: string[]): Promise<{ readonly code: number | null; readonly output: string }> {
    const command = new Turnlog(args, this.#environment({}))
    return { code: await command.exited, output: command.output }
  }

  async query<Row>(text: string): Promise<readonly Row[]> {
    if (this.#connection === null) {
      this.#connection = connect(await this.#findDatabase(), { poolSize: 1 })
    }
    const { rows } = await this.#connection.pool.query(text)
    return rows as Row[]
  }

  /** The texts of all turns, in order of arrival. */
  async texts(): Promise<readonly string[]> {
    const rows = await this.query<{ text: string }>(
      "select payload->>'text' as text from events where event_type = 'turn_detected' order by id",
    )
    return rows.map(({ text }) => text)
  }

  async disconnect(): Promise<void> {
    await this.#connection?.close()
    this.#connection = null
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disconnect()
    for (const turnlog of this.#running) await turnlog.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Process id of the embedded database. */
  async databasePid(): Promise<number> {
    return (await this.#findEmbedded()).pid
  }

  async #findDatabase(): Promise<string> {
    return this.#env.DATABASE_URL ?? (await this.#findEmbedded()).url
  }

  async #findEmbedded() {
    const found = await findEmbeddedPostgres(this.stateDir)
    if (found.state !== 'running') throw new Error(`The database is ${found.state}`)
    return found
  }

  #environment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      HOME: this.home,
      TURNLOG_STATE_DIR: this.stateDir,
      TURNLOG_SERVER__PORT: '0',
      ...this.#env,
      ...env,
    }
  }
}

/** One run of the command line. */
export class Turnlog {
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  readonly exited: Promise<number | null>

  constructor(args: readonly string[], env: NodeJS.ProcessEnv, launcher = LAUNCHER, through: readonly string[] = []) {
    const [command = '', ...rest] = [...through, process.execPath, launcher, ...args]
    this.#child = spawn(command, rest, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => this.#lines.push(line))
    }
    this.exited = once(this.#child, 'close').then(([code]) => code as number | null)
  }

  get pid(): number {
    return this.#child.pid as number
  }

  get output(): string {
    return this.#lines.join('\n')
  }

  get log(): readonly LogLine[] {
    return this.#lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine)
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal)
  }

  /** Stops it as Ctrl+C would; resolves with its exit code and how long that took. */
  async stop(): Promise<{ readonly code: number | null; readonly tookMs: number }> {
    const begun = performance.now()
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill('SIGINT')
    return { code: await this.exited, tookMs: performance.now() - begun }
  }
}
