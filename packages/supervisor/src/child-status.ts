import type { ChildExit } from './child-exit.ts'
import type { Clock } from './clock.ts'
import { restartsInWindow } from './restart-policy.ts'
import type { ChildState, Situation, Supervision, SupervisionSettings } from './supervision.ts'

/** What is known about a child at one moment. Times of day are ISO 8601; everything else is in milliseconds. */
export interface ChildStatus {
  readonly state: ChildState
  readonly ready: boolean
  readonly pid: number | null
  /** Random identity of the incarnation, unlike the pid never used again. */
  readonly instance: string | null
  readonly startedAt: string | null
  readonly lastHeartbeatAt: string | null
  readonly heartbeatAgeMs: number | null
  /** How long a running child has been silent, without times in which the supervisor could not receive heartbeats. */
  readonly silentMs: number | null
  /** Automatic restarts so far, and how many of them count towards a crash loop now. */
  readonly restartCount: number
  readonly restartsInWindow: number
  readonly maxRestarts: number
  readonly nextRestartInMs: number | null
  readonly lastExit: ChildExit | null
  /** The latest five, newest first. */
  readonly exits: readonly ChildExit[]
}

export function toChildStatus(supervision: Supervision, settings: SupervisionSettings, clock: Clock): ChildStatus {
  const now = clock.now()
  const { situation, restarts, restartCount, exits } = supervision
  const run = 'run' in situation ? situation.run : null
  const toDate = (at: number | null | undefined): string | null =>
    at == null ? null : new Date(clock.date().getTime() - (now - at)).toISOString()
  return {
    state: situation.state,
    ready: situation.state === 'running',
    pid: run?.pid ?? null,
    instance: run?.instance ?? null,
    startedAt: toDate(run?.startedAt),
    lastHeartbeatAt: toDate(run?.heartbeatAt),
    heartbeatAgeMs: run?.heartbeatAt == null ? null : now - run.heartbeatAt,
    silentMs: settings.heartbeat === null ? null : silenceOf(situation, now),
    restartCount,
    restartsInWindow: restartsInWindow(settings.restart, restarts, now).length,
    maxRestarts: settings.restart.maxRestarts,
    nextRestartInMs: situation.state === 'backing_off' ? Math.max(0, situation.dueAt - now) : null,
    lastExit: exits[0] ?? null,
    exits,
  }
}

// A heartbeat resets the count between two checks, so each of the two figures can be too large.
function silenceOf(situation: Situation, now: number): number | null {
  if (situation.state !== 'running') return null
  const { liveness, run } = situation
  return Math.min(liveness.silentMs + now - liveness.checkedAt, now - (run.heartbeatAt ?? run.startedAt))
}
