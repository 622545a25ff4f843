import { setTimeout as sleep } from 'node:timers/promises'
import type { WriterMoment } from '../../src/index.ts'

/** Ends this process with SIGKILL when it reaches a moment for the n-th time: `<moment>` or `<moment>:<n>`. */
export function crashAt(text: string): (moment: WriterMoment) => void {
  const [armed, count = '1'] = text.split(':')
  let remaining = Number(count)
  return (moment) => {
    if (moment !== armed) return
    remaining -= 1
    if (remaining > 0) return
    const kill = (): void => void process.kill(process.pid, 'SIGKILL')
    // The statement that was just passed to the socket needs a moment to leave.
    if (moment === 'statement_sent') void sleep(5).then(kill)
    else kill()
  }
}
