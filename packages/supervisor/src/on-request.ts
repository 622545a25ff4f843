import { after, begin, type Context, enter, remember, terminate, unchanged } from './step.ts'
import type { Request, Sequel, Situation, Step } from './supervision.ts'

/** What follows from a request of an operator, or of the program that supervises. */
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
      return alreadyStopping(context, situation, 'stop')
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
      return situation.sequel === 'stop' ? unchanged(context) : alreadyStopping(context, situation, 'restart')
    default:
      return terminate(context, situation.run, 'restart')
  }
}

function reset(context: Context): Step {
  const forgotten = remember(context, { restarts: [], shortages: 0 })
  return context.supervision.situation.state === 'crash_loop' ? begin(forgotten) : unchanged(forgotten)
}

type Stopping = Extract<Situation, { state: 'stopping' }>

// Its deadline stays, except that a child which stops by itself has more time than the caller may have to wait.
function alreadyStopping(context: Context, situation: Stopping, sequel: Sequel): Step {
  const { run, deadline } = situation
  if (situation.sequel !== 'unrequested' || deadline === null) {
    return unchanged(remember(context, { situation: { ...situation, sequel } }))
  }
  const sooner = Math.min(deadline, context.now + context.settings.stop.requested.killMs)
  const step = enter(context, { ...situation, sequel, deadline: sooner }, sooner - context.now)
  return after(step, { type: 'terminate', run: run.number })
}
