import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

/** An account that owns nothing. Only root can become it. */
export const OTHER_UID = 12_345

/** A program of another account, as JavaScript, and the lines that it prints. Needs root. */
export class OtherAccount implements Disposable {
  readonly #child: ChildProcess
  readonly lines: string[] = []

  // The program becomes the other account itself, which may not be able to read it where it is installed.
  constructor(script: string, ...args: string[]) {
    const become = `process.setgroups([]); process.setgid(${OTHER_UID}); process.setuid(${OTHER_UID});`
    this.#child = spawn(process.execPath, ['-e', `${become}\n${script}`, ...args], {
      cwd: '/',
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    if (this.#child.stdout) createInterface({ input: this.#child.stdout }).on('line', (line) => this.lines.push(line))
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL')
  }
}
