import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { findEmbeddedPostgres } from '@turnlog/database'
import { askDaemon } from '@turnlog/health'
import { type DemoPlace, holdsDemo } from './demo-place.ts'

/** How long a running demo may take to stop. */
const PATIENCE_MS = 8_000

/** Removes a demo as a whole: its processes, its files, its database. @returns false if there is none */
export async function removeDemo(place: DemoPlace): Promise<boolean> {
  if (!holdsDemo(place)) return false
  await askDaemon(place.stateDir, { ask: 'stop' }, { timeoutMs: PATIENCE_MS, untilClosed: true })
  const found = await findEmbeddedPostgres(place.stateDir)
  if (found.state === 'running') await stopLeftover(place.stateDir)
  // Mostly in the state directory; elsewhere where the account of the server cannot enter that.
  await remove(dirname(found.dataDir))
  await remove(place.folder)
  return true
}

/** The server of a demo that was killed: taken over, as the next start would, and stopped. */
async function stopLeftover(stateDir: string): Promise<void> {
  const { startEmbeddedPostgres } = await import('@turnlog/database/embedded')
  const server = await startEmbeddedPostgres({ stateDir })
  await server.stop('immediate')
}

// The demo itself may be removing the same at the same time.
function remove(folder: string): Promise<void> {
  return rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
}
