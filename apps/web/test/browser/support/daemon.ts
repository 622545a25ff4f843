import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const LAUNCHER = fileURLToPath(new URL('../../../../daemon/bin/turnlog.js', import.meta.url))

/** A build is part of the first one. */
const LONGEST_START_MS = 60_000

/** turnlog as people start it, with a home folder of its own. */
export class Daemon implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'turnlog-page-'))
  readonly home = join(this.folder, 'home')
  #child: ChildProcess | null = null

  constructor() {
    // The embedded database of root runs under another account, which has to get to its folder.
    chmodSync(this.folder, 0o711)
    mkdirSync(join(this.home, '.claude/projects'), { recursive: true })
  }

  /** Resolves with the address of the page, as soon as the web server says it. */
  async start(): Promise<string> {
    const env = {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      HOME: this.home,
      TURNLOG_STATE_DIR: join(this.folder, 'state'),
      TURNLOG_SERVER__PORT: '0',
    }
    this.#child = spawn(process.execPath, [LAUNCHER, 'start'], { env, stdio: ['ignore', 'pipe', 'pipe'] })
    const said: string[] = []
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream !== null) createInterface({ input: stream }).on('line', (line) => said.push(line))
    }
    const exited = once(this.#child, 'close').then(() => {
      throw new Error(`turnlog ended before it had a page:\n${said.join('\n')}`)
    })
    exited.catch(() => {})
    return Promise.race([exited, this.#findPage(said)])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const child = this.#child
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      child.kill('SIGINT')
      await once(child, 'close')
    }
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  async #findPage(said: readonly string[]): Promise<string> {
    const deadline = performance.now() + LONGEST_START_MS
    for (;;) {
      if (performance.now() > deadline) throw new Error(`turnlog has no page:\n${said.join('\n')}`)
      const url = /"process":"web".*"url":"(http:[^"]+)"/.exec(said.join('\n'))?.[1]
      if (url !== undefined) return url
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
}
