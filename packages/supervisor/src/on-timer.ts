import { isHung, listen } from './liveness.ts'
import { withoutSilence } from './restart-policy.ts'
import { after, age, begin, beginAgain, type Context, enter, nextCheckMs, remember, report, unchanged } from './step.ts'
import type { Run, Situation, Step } from './supervision.ts'

/** What follows when the timer fires that was set on entering the present situation. */
export function onTimer(context: Context): Step {
  const { situation } = context.supervision
  switch (situation.state) {
    case 'starting':
      return condemn(context, situation.run, 'not_ready', age(context, situation.run))
    case 'running':
      return check(context, situation)
    case 'stopping':
      return killAtDeadline(context, situation)
    case 'backing_off':
      return situation.counted ? beginAgain(context) : begin(context)
    default:
      return unchanged(context)
  }
}

function check(context: Context, situation: Extract<Situation, { state: 'running' }>): Step {
  const { heartbeat: policy } = context.settings
  if (policy === null) return unchanged(context)
  const liveness = listen(policy, situation.liveness, context.now)
  if (isHung(policy, liveness)) return condemn(context, situation.run, 'hung', liveness.silentMs)
  return enter(context, { ...situation, liveness }, nextCheckMs(context))
}

// A process that does not respond gets no stop request first: that would only cost time.
function condemn(context: Context, run: Run, cause: 'hung' | 'not_ready', silentMs: number): Step {
  const restarts = withoutSilence(context.supervision.restarts, silentMs)
  const situation = { state: 'stopping', run, sequel: cause, since: context.now, deadline: null } as const
  const step = enter(remember(context, { restarts }), situation, null)
  return after(step, { type: 'kill', run: run.number }, report('killed', { pid: run.pid, cause, afterMs: silentMs }))
}

function killAtDeadline(context: Context, situation: Extract<Situation, { state: 'stopping' }>): Step {
  const { run, since } = situation
  const facts = { pid: run.pid, cause: 'stop_deadline', afterMs: context.now - since } as const
  const step = enter(context, { ...situation, deadline: null }, null)
  return after(step, { type: 'kill', run: run.number }, report('killed', facts))
}
