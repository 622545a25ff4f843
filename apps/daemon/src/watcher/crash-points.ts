import { closeSync, openSync } from 'node:fs'

/*
 * For crash tests only. With TURNLOG_CRASH_AT=<moment> (or <moment>:<n> for its n-th time) the process kills itself when
 * a package reports that moment: no handler runs, nothing is flushed. With TURNLOG_CRASH_ONCE=<file> only one process
 * does so, the first that can create the file, so the next one gets through with the same environment.
 */

/** Ends this process at the moment that the environment names; undefined if it names none. */
export function createCrashPoints(env: NodeJS.ProcessEnv): ((moment: string) => void) | undefined {
  const [armed, count = '1'] = (env.TURNLOG_CRASH_AT ?? '').split(':')
  if (armed === undefined || armed === '') return undefined
  let remaining = Number(count)
  return (moment) => {
    if (moment !== armed) return
    remaining -= 1
    if (remaining !== 0 || !isFirst(env.TURNLOG_CRASH_ONCE)) return
    // A statement that was just passed to the socket needs a moment to leave.
    if (moment === 'statement_sent') setTimeout(kill, 5)
    else kill()
  }
}

function kill(): void {
  process.kill(process.pid, 'SIGKILL')
}

function isFirst(file: string | undefined): boolean {
  try {
    if (file !== undefined) closeSync(openSync(file, 'wx'))
    return true
  } catch {
    return false
  }
}
