import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const SERVE = fileURLToPath(new URL('./serve.ts', import.meta.url))

/** A web server in a process of its own, so that it can be killed. */
export class WebProcess implements AsyncDisposable {
  readonly #process: ChildProcess
  readonly port: number

  constructor(process: ChildProcess, port: number) {
    this.#process = process
    this.port = port
  }

  static async start(databaseUrl: string, clientDirectory: string, port = 0): Promise<WebProcess> {
    const child = spawn(process.execPath, [SERVE, databaseUrl, clientDirectory, String(port)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    const [message] = (await once(child, 'message')) as [number]
    return new WebProcess(child, message)
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }

  /** It holds its connections and says nothing more, like one that is beyond a sleep or a network that is gone. */
  freeze(): void {
    this.#process.kill('SIGSTOP')
  }

  thaw(): void {
    this.#process.kill('SIGCONT')
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill()
  }
}
