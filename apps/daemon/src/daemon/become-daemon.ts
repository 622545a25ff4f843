import { fileURLToPath } from 'node:url'
import type { Settings } from '@turnlog/config'
import { SETTINGS_VARIABLE } from './settings-variable.ts'

/**
 * What keeps the daemon small, for a little more of its little work: no compilers, a small nursery, collections that are
 * always whole (others move the garbage of a request or a start to where it stays) and that no other threads help with.
 */
const FLAGS: readonly string[] = [
  '--lite-mode',
  '--optimize-for-size',
  '--max-semi-space-size=1',
  '--gc-global',
  '--single-threaded-gc',
  '--v8-pool-size=1',
  '--expose-gc',
]

/** Turns this very process into the daemon: same process id, same terminal, but nothing of what was loaded until now. */
export function becomeDaemon(settings: Settings): never {
  const program = fileURLToPath(new URL('./daemon-process.cjs', import.meta.url))
  const env = { ...process.env, [SETTINGS_VARIABLE]: JSON.stringify(settings) }
  process.execve?.(process.execPath, [process.execPath, ...FLAGS, program], env as Record<string, string>)
  throw new Error('This system cannot replace a process by another one')
}
