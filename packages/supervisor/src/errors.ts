import type { ChildExit } from './child-exit.ts'
import type { ChildState } from './supervision.ts'

/** The child will not become ready unless somebody starts it: it was stopped, or given up on. */
export class ChildNotReadyError extends Error {
  readonly child: string
  readonly state: ChildState
  readonly lastExit: ChildExit | null

  constructor(child: string, state: ChildState, lastExit: ChildExit | null) {
    super(`The child ${child} is not going to be ready: its state is ${state}. Start or reset it to try again`)
    this.name = 'ChildNotReadyError'
    this.child = child
    this.state = state
    this.lastExit = lastExit
  }
}
