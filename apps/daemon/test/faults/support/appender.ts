import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { SCALE } from './scale.ts'

const PROGRAM = fileURLToPath(new URL('./appender-program.ts', import.meta.url))

/** Another process that writes transcripts, as agents do. */
export interface Appender extends AsyncDisposable {
  /** Has all lines finished, and resolves when that is done. */
  finish(): Promise<void>
}

export function startAppender(
  paths: readonly string[],
  { seed, bytesPerSecond }: { readonly seed: number; readonly bytesPerSecond: number },
): Appender {
  for (const path of paths) writeFileSync(path, '')
  const args = [PROGRAM, String(seed), String(bytesPerSecond), String(SCALE.mostBytes), ...paths]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'inherit', 'inherit'] })
  const exited = once(child, 'exit')
  return {
    finish: async () => {
      child.stdin.write('\n')
      const [code] = await exited
      if (code !== 0) throw new Error(`The appender ended with ${code}`)
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
