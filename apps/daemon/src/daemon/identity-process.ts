import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { IdentifyServer, IdentityAnswer } from '@turnlog/database'
import type { IdentityQuestion } from './identity-question.ts'

/**
 * A process that prepares the embedded database and asks it who it is. It lives for as long as a start takes, and loads
 * what it needs while the server comes up.
 */
export class IdentityProcess implements Disposable {
  readonly #child: ChildProcess
  #received = ''
  #asking: PromiseWithResolvers<IdentityAnswer> | null = null
  /** Why nothing can be asked any more. */
  #problem: string | null = null

  constructor() {
    const { NODE_COMPILE_CACHE } = process.env
    const program = fileURLToPath(new URL('./identity-process.js', import.meta.url))
    this.#child = spawn(process.execPath, [program], {
      env: { ...(NODE_COMPILE_CACHE !== undefined && { NODE_COMPILE_CACHE }) },
      stdio: ['pipe', 'pipe', 'inherit'],
      // Ctrl+C in a terminal is the daemon's business alone.
      detached: true,
    })
    this.#child.on('error', (error) => this.#lose(error.message))
    this.#child.once('close', (code, signal) => this.#lose(`its process ended (${signal ?? `exit code ${code}`})`))
    this.#child.stdin?.on('error', () => {})
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => this.#receive(text))
  }

  /** One question at a time. */
  readonly identify: IdentifyServer = (address, readerPassword) => {
    this.#asking = Promise.withResolvers()
    this.#child.stdin?.write(`${JSON.stringify({ ...address, readerPassword } satisfies IdentityQuestion)}\n`)
    if (this.#problem !== null) this.#lose(this.#problem)
    return this.#asking.promise
  };

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
  }

  #receive(text: string): void {
    this.#received += text
    if (!this.#received.endsWith('\n')) return
    this.#asking?.resolve(JSON.parse(this.#received) as IdentityAnswer)
    this.#received = ''
  }

  #lose(problem: string): void {
    this.#problem = problem
    this.#asking?.resolve({ ok: false, failure: 'failed', message: problem })
  }
}
