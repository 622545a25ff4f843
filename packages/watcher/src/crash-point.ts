import { closeSync, openSync, readFileSync } from 'node:fs'

/*
 * The moments at which a crash is most likely to show a flaw have names. With `TURNLOG_CRASH_AT=<name>` (or
 * `<name>:<n>` for its n-th passing) the process kills itself there, as nothing else could. With
 * `TURNLOG_CRASH_ONCE=<file>` only one process does: the first that can make the file. Each package with such moments
 * has its own copy of this, since none may import the others.
 *
 * A file that no process survives is made with `TURNLOG_CRASH_FILE=<file>`: for as long as that file exists, the process
 * dies only at the transcript whose path is in it.
 */

export type CrashPoint = 'after_read' | 'cursor_loaded' | 'generation_bump' | 'while_parsing'

const [armed, passing = '1'] = (process.env.TURNLOG_CRASH_AT ?? '').split(':')
const onceFile = process.env.TURNLOG_CRASH_ONCE
const pathFile = process.env.TURNLOG_CRASH_FILE
let remaining = Number(passing)

/** Dies here if the environment says so. */
export function crashPoint(name: CrashPoint, path?: string): void {
  if (name !== armed || (pathFile !== undefined && !isNamed(path))) return
  remaining -= 1
  if (remaining === 0 && isFirst()) process.kill(process.pid, 'SIGKILL')
}

function isFirst(): boolean {
  try {
    if (onceFile !== undefined) closeSync(openSync(onceFile, 'wx'))
    return true
  } catch {
    return false
  }
}

function isNamed(path: string | undefined): boolean {
  try {
    return readFileSync(pathFile ?? '', 'utf8') === path
  } catch {
    return false
  }
}
