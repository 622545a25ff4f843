import { closeSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/*
 * The moments at which a crash is most likely to show a flaw have names. With `TURNLOG_CRASH_AT=<name>` (or
 * `<name>:<n>` for its n-th passing) the process kills itself there, as nothing else could: no handler runs, nothing is
 * flushed. Without it, a crash point is one comparison. With `TURNLOG_CRASH_ONCE=<file>` only one process dies, the first
 * that can make the file, so that the next one gets through with the same environment.
 */

export type CrashPoint =
  | 'before_statement'
  | 'statement_sent'
  | 'after_commit'
  | 'before_dead_letter'
  | 'spool_append_before_fsync'
  | 'spool_append_after_fsync'
  | 'spool_drain_after_commit'
  | 'lease_taken'
  | 'shutdown_flush'

const [armed, passing = '1'] = (process.env.TURNLOG_CRASH_AT ?? '').split(':')
const onceFile = process.env.TURNLOG_CRASH_ONCE
let remaining = Number(passing)

/** Dies here if the environment says so. */
export function crashPoint(name: CrashPoint): void {
  if (name !== armed) return
  remaining -= 1
  if (remaining === 0 && isFirst()) process.kill(process.pid, 'SIGKILL')
}

/** Dies here, but not before what was just handed to a socket had the time to leave. */
export function crashPointAfterSend(name: CrashPoint): void {
  if (name === armed) void sleep(5).then(() => crashPoint(name))
}

function isFirst(): boolean {
  try {
    if (onceFile !== undefined) closeSync(openSync(onceFile, 'wx'))
    return true
  } catch {
    return false
  }
}
