import { lstatSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { askDaemon } from '@turnlog/health'
import { type DemoPlace, holdsDemo, MARK } from './demo-place.ts'

/** How long a running demo may take to stop. */
const PATIENCE_MS = 8_000

/** A demo is not removed, because another account made it, or could have put something into it. */
export class ForeignDemoError extends Error {
  constructor(path: string, problem: string) {
    super(`The demo is not removed, because ${path} ${problem}. Look at it, and remove it by hand.`)
    this.name = 'ForeignDemoError'
  }
}

/**
 * Removes a demo as a whole: its processes, its files, its database.
 *
 * @returns false if there is none
 * @throws ForeignDemoError
 */
export async function removeDemo(place: DemoPlace): Promise<boolean> {
  if (!holdsDemo(place)) return false
  for (const path of [place.folder, join(place.folder, MARK), place.stateDir]) checkOwner(path)
  await askDaemon(place.stateDir, { ask: 'stop' }, { timeoutMs: PATIENCE_MS, untilClosed: true })
  const { removeEmbeddedPostgres } = await import('@turnlog/database/embedded/remove')
  await removeEmbeddedPostgres(place.stateDir)
  // The demo itself may be removing the same files at the same time.
  await rm(place.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  return true
}

function checkOwner(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found === undefined) return
  if (found.uid !== process.getuid?.())
    throw new ForeignDemoError(path, `belongs to another account (uid ${found.uid})`)
  if (found.isSymbolicLink()) throw new ForeignDemoError(path, 'is a link')
  if ((found.mode & 0o022) !== 0) throw new ForeignDemoError(path, 'can be changed by other accounts')
}
