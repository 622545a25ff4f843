import { checkIntervalMs } from './liveness.ts'
import type {
  Effect,
  ReportEffect,
  Run,
  Sequel,
  Situation,
  Step,
  Supervision,
  SupervisionSettings,
} from './supervision.ts'

/** What decisions are made with, besides the event. */
export interface Context {
  readonly supervision: Supervision
  readonly settings: SupervisionSettings
  /** Monotonic milliseconds. */
  readonly now: number
}

export function unchanged({ supervision }: Context): Step {
  return { next: supervision, effects: [] }
}

export function remember(context: Context, change: Partial<Supervision>): Context {
  return { ...context, supervision: { ...context.supervision, ...change } }
}

/** Goes over to another situation. Whatever timer was set before is out of date from here on. */
export function enter(context: Context, situation: Situation, timerMs: number | null): Step {
  const timer = context.supervision.timer + 1
  return { next: { ...context.supervision, situation, timer }, effects: [{ type: 'timer', timer, afterMs: timerMs }] }
}

export function before(step: Step, ...effects: readonly Effect[]): Step {
  return { next: step.next, effects: [...effects, ...step.effects] }
}

export function after(step: Step, ...effects: readonly Effect[]): Step {
  return { next: step.next, effects: [...step.effects, ...effects] }
}

/** A new incarnation, which is no automatic restart. */
export function begin(context: Context): Step {
  const number = context.supervision.runs + 1
  const run = { number, pid: null, instance: null, startedAt: context.now, readyAt: null, heartbeatAt: null }
  const known = remember(context, { runs: number })
  const step = enter(known, { state: 'starting', run }, context.settings.readiness?.timeoutMs ?? null)
  return after(step, { type: 'spawn', run: number })
}

/** A new incarnation that counts towards a crash loop. */
export function beginAgain(context: Context): Step {
  const { restarts, restartCount } = context.supervision
  return begin(remember(context, { restarts: [...restarts, context.now], restartCount: restartCount + 1 }))
}

export function terminate(context: Context, run: Run, sequel: Sequel): Step {
  const { killMs } = context.settings.stop.requested
  return after(stopWithin(context, run, sequel, killMs), { type: 'terminate', run: run.number })
}

/** The process ends by itself within this time, or is killed. */
export function stopWithin(context: Context, run: Run, sequel: Sequel, killMs: number): Step {
  const { now } = context
  return enter(context, { state: 'stopping', run, sequel, since: now, deadline: now + killMs }, killMs)
}

export function age({ now }: Context, run: Run): number {
  return now - run.startedAt
}

export function nextCheckMs({ settings }: Context): number | null {
  return settings.heartbeat === null ? null : checkIntervalMs(settings.heartbeat)
}

export function report<What extends ReportEffect['what']>(
  what: What,
  facts: Extract<ReportEffect, { what: What }>['facts'],
): Effect {
  return { type: 'report', what, facts } as Extract<ReportEffect, { what: What }>
}
