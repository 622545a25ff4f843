import type { Clock } from './clock.ts'
import { isGroupAlive, signalGroup } from './process-group.ts'

const POLL_MS = 5
/** A process that SIGKILL does not end within this time hangs in the kernel; there is no way to hurry it. */
const GIVE_UP_MS = 1_000

/**
 * Kills what a process that has ended left behind in its group, and calls back when nothing of it runs: at once, in
 * the same turn, when nothing was left. `false` when something could not be killed.
 */
export function endGroup(group: number, clock: Clock, callback: (gone: boolean) => void): void {
  if (!signalGroup(group, 'SIGKILL')) {
    callback(true)
    return
  }
  const since = clock.now()
  const poll = (): void => {
    const gone = !isGroupAlive(group)
    if (gone || clock.now() - since > GIVE_UP_MS) {
      callback(gone)
      return
    }
    signalGroup(group, 'SIGKILL')
    clock.setTimer(POLL_MS, poll)
  }
  clock.setTimer(POLL_MS, poll)
}
