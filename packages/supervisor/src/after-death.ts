import type { ChildExit } from './child-exit.ts'
import { backoffMs, decideRestart } from './restart-policy.ts'
import { after, before, beginAgain, type Context, enter, remember, report } from './step.ts'
import type { Step } from './supervision.ts'
import type { RestartFacts } from './supervision-report.ts'

/** What follows from a death that nobody asked for. */
export function afterDeath(context: Context, exit: ChildExit): Step {
  const decision = decideRestart(context.settings.restart, context.supervision.restarts, context.now)
  const known = remember(context, { restarts: decision.recent })
  const facts = toFacts(context, exit, decision.recent.length)
  if (decision.kind === 'give_up') {
    return after(enter(known, { state: 'crash_loop' }, null), report('gaveUp', facts))
  }
  const { delayMs } = decision
  const step = delayMs === 0 ? beginAgain(known) : backOff(known, delayMs, true)
  return before(step, report('restarting', { ...facts, delayMs }))
}

/**
 * What follows from a start that failed for want of processes, files or memory. That is not the child's doing: it does
 * not count as a crash, and is tried again for as long as it takes.
 */
export function afterShortage(context: Context, exit: ChildExit): Step {
  const shortages = context.supervision.shortages + 1
  const delayMs = backoffMs(context.settings.restart, shortages)
  const facts = toFacts(context, exit, context.supervision.restarts.length)
  const step = backOff(remember(context, { shortages }), delayMs, false)
  return before(step, report('restarting', { ...facts, delayMs }))
}

function backOff(context: Context, delayMs: number, counted: boolean): Step {
  return enter(context, { state: 'backing_off', dueAt: context.now + delayMs, counted }, delayMs)
}

function toFacts({ settings }: Context, exit: ChildExit, restarts: number): RestartFacts {
  const { maxRestarts, windowMs } = settings.restart
  return { exit, restarts, maxRestarts, windowMs }
}
