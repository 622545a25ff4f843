import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { EXIT } from '../exit-codes.ts'
import { PROJECT_ROOT } from '../project-root.ts'

/** Runs `turnlog start` with other variables, on this terminal, until it ends. @returns its exit code */
export async function startDemo(variables: Readonly<Record<string, string>>): Promise<number> {
  const launcher = join(PROJECT_ROOT, 'apps/daemon/bin/turnlog.js')
  const child = spawn(process.execPath, [launcher, 'start'], {
    stdio: 'inherit',
    env: { ...process.env, ...variables },
  })
  // Ctrl+C reaches both processes; a signal to this one alone is passed on. Told twice, it stops once.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? EXIT.failure
}
