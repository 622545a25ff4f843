import { rm } from 'node:fs/promises'
import { askDaemon } from '@turnlog/health'
import { checkDemoOwner } from './check-demo-owner.ts'
import { type DemoPlace, holdsDemo } from './demo-place.ts'

/** How long a running demo may take to stop. */
const PATIENCE_MS = 8_000

/**
 * Removes a demo as a whole: its processes, its files, its database.
 *
 * @returns false if there is none
 * @throws ForeignDemoError, or EmbeddedPostgresError if its database is not where turnlog puts it; nothing is removed then
 */
export async function removeDemo(place: DemoPlace): Promise<boolean> {
  if (!holdsDemo(place)) return false
  checkDemoOwner(place)
  await askDaemon(place.stateDir, { ask: 'stop' }, { timeoutMs: PATIENCE_MS, untilClosed: true })
  // Loaded only here, because it starts servers, too.
  const { removeEmbeddedPostgres } = await import('@turnlog/database/embedded/remove')
  await removeEmbeddedPostgres(place.stateDir)
  // The demo itself may be removing the same files at the same time.
  await rm(place.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  return true
}
