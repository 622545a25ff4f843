import { askDaemon, type HealthDocument } from '@turnlog/health'
import type { Machine } from './turnlog.ts'
import { until } from './until.ts'

/** What the daemon of a machine says of itself; null while none answers. */
export async function readHealth(machine: Machine): Promise<HealthDocument | null> {
  const reply = await askDaemon(machine.stateDir, { ask: 'health' })
  return reply.kind === 'answered' && reply.answer.ok ? (reply.answer.health ?? null) : null
}

/** Waits until the daemon's health is as a test needs it. */
export async function healthOf(
  machine: Machine,
  isRight: (health: HealthDocument) => boolean,
  timeoutMs?: number,
): Promise<HealthDocument> {
  const seen = await until(
    () => readHealth(machine),
    (health) => health !== null && isRight(health),
    timeoutMs,
  )
  return seen as HealthDocument
}

/** Everything runs. */
export function isWell({ status, watcher, web }: HealthDocument): boolean {
  return status === 'ok' && watcher.ready && web.running
}
