import { onRequest } from './on-request.ts'
import { onRunEvent } from './on-run-event.ts'
import { onTimer } from './on-timer.ts'
import { unchanged } from './step.ts'
import type { Step, Supervision, SupervisionEvent, SupervisionSettings } from './supervision.ts'

/**
 * The one transition function: what the event makes of the supervision, and what is to be done about it. Events of
 * earlier incarnations and timers that were replaced change nothing.
 *
 * @param now monotonic milliseconds
 */
export function decideNext(
  supervision: Supervision,
  event: SupervisionEvent,
  settings: SupervisionSettings,
  now: number,
): Step {
  const context = { supervision, settings, now }
  switch (event.type) {
    case 'start':
    case 'stop':
    case 'restart':
    case 'reset':
      return onRequest(context, event.type)
    case 'timer':
      return event.timer === supervision.timer ? onTimer(context) : unchanged(context)
    default:
      return onRunEvent(context, event)
  }
}
