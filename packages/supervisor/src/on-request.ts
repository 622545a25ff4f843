import { begin, type Context, enter, remember, terminate, unchanged } from './step.ts'
import type { Request, Sequel, Situation, Step } from './supervision.ts'

/** What follows from the wish of an operator, or of the program that supervises. */
export function onRequest(context: Context, request: Request): Step {
  switch (request) {
    case 'start':
      return context.supervision.situation.state === 'stopped' ? begin(context) : unchanged(context)
    case 'stop':
      return stop(context)
    case 'restart':
      return restart(context)
    case 'reset':
      return reset(context)
    default:
      return request satisfies never
  }
}

function stop(context: Context): Step {
  const { situation } = context.supervision
  switch (situation.state) {
    case 'stopped':
      return unchanged(context)
    case 'backing_off':
    case 'crash_loop':
      return enter(context, { state: 'stopped' }, null)
    case 'stopping':
      return changeSequel(context, situation, 'stop')
    default:
      return terminate(context, situation.run, 'stop')
  }
}

function restart(context: Context): Step {
  const { situation } = context.supervision
  switch (situation.state) {
    case 'crash_loop':
      return reset(context)
    case 'stopped':
    case 'backing_off':
      return begin(context)
    case 'stopping':
      return situation.sequel === 'stop' ? unchanged(context) : changeSequel(context, situation, 'restart')
    default:
      return terminate(context, situation.run, 'restart')
  }
}

function reset(context: Context): Step {
  const forgotten = remember(context, { restarts: [], shortages: 0 })
  return context.supervision.situation.state === 'crash_loop' ? begin(forgotten) : unchanged(forgotten)
}

// The process is on its way out already; its deadline stays.
function changeSequel(context: Context, situation: Extract<Situation, { state: 'stopping' }>, sequel: Sequel): Step {
  return unchanged(remember(context, { situation: { ...situation, sequel } }))
}
