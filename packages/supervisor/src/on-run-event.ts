import { afterDeath, afterShortage } from './after-death.ts'
import type { ChildExit, ExitReason } from './child-exit.ts'
import { heardFrom } from './liveness.ts'
import {
  after,
  age,
  before,
  begin,
  type Context,
  enter,
  nextCheckMs,
  remember,
  report,
  stopWithin,
  unchanged,
} from './step.ts'
import type { Occupied, Run, RunEvent, Step } from './supervision.ts'

/** How many exits are kept for the status. */
const EXITS_KEPT = 5

/** What follows from something that an incarnation did. Events of an earlier incarnation change nothing. */
export function onRunEvent(context: Context, event: RunEvent): Step {
  const { situation } = context.supervision
  if (!('run' in situation) || situation.run.number !== event.run) return unchanged(context)
  switch (event.type) {
    case 'spawned':
      return spawned(context, situation, event)
    case 'ready':
      return situation.state === 'starting' ? ready(context, situation.run) : unchanged(context)
    case 'heartbeat':
      return heartbeat(context, situation)
    case 'stopping':
      return situation.state === 'stopping' ? unchanged(context) : stoppingByItself(context, situation.run)
    case 'spawn_failed':
      return ended(context, situation, { ...event, code: null, signal: null })
    case 'ended':
      return ended(context, situation, { ...event, error: null, shortage: false })
    default:
      return event satisfies never
  }
}

function spawned(context: Context, situation: Occupied, { pid, instance }: Extract<RunEvent, { pid: number }>): Step {
  const run = { ...situation.run, pid, instance }
  const known = remember(context, { situation: { ...situation, run }, shortages: 0 })
  const isReady = situation.state === 'starting' && context.settings.readiness === null
  return before(isReady ? ready(known, run) : unchanged(known), report('spawned', { pid, instance }))
}

function ready(context: Context, starting: Run): Step {
  const run = { ...starting, readyAt: context.now, heartbeatAt: context.now }
  const step = enter(context, { state: 'running', run, liveness: heardFrom(context.now) }, nextCheckMs(context))
  const { pid, instance } = run
  if (pid === null || instance === null) return step
  return after(step, report('ready', { pid, instance, afterMs: age(context, run) }))
}

// A heartbeat does not count as a check: only checks show whether the supervisor itself is on time.
function heartbeat(context: Context, situation: Occupied): Step {
  const run = { ...situation.run, heartbeatAt: context.now }
  if (situation.state !== 'running') return unchanged(remember(context, { situation: { ...situation, run } }))
  const liveness = { ...situation.liveness, silentMs: 0 }
  return unchanged(remember(context, { situation: { ...situation, run, liveness } }))
}

// Its exit is handled like a crash, because the supervisor was not asked for it. Until then it may finish its work.
function stoppingByItself(context: Context, run: Run): Step {
  return stopWithin(context, run, 'unrequested', context.settings.stop.unrequested.killMs)
}

interface End {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly date: string
  readonly error: string | null
  readonly shortage: boolean
}

function ended(context: Context, situation: Occupied, end: End): Step {
  const exit = toExit(context, situation, end)
  const known = remember(context, { exits: [exit, ...context.supervision.exits].slice(0, EXITS_KEPT) })
  return before(afterEnd(known, situation, exit, end.shortage), report('exited', exit))
}

function afterEnd(context: Context, situation: Occupied, exit: ChildExit, shortage: boolean): Step {
  const sequel = situation.state === 'stopping' ? situation.sequel : null
  if (sequel === 'stop') return enter(context, { state: 'stopped' }, null)
  if (sequel === 'restart') return begin(context)
  return shortage ? afterShortage(context, exit) : afterDeath(context, exit)
}

function toExit(context: Context, situation: Occupied, end: End): ChildExit {
  const { pid, instance } = situation.run
  const { code, signal, date: at, error } = end
  const uptimeMs = end.error === null ? age(context, situation.run) : 0
  return { reason: toReason(situation, end), pid, instance, code, signal, uptimeMs, at, error }
}

function toReason(situation: Occupied, end: End): ExitReason {
  if (end.error !== null) return 'spawn_error'
  if (situation.state === 'stopping' && situation.sequel !== 'unrequested') return situation.sequel
  return end.signal === null ? 'exit' : 'signal'
}
