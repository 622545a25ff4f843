import type { ChildFacts, LastExit } from '@turnlog/health'
import type { ChildExit, ChildStatus } from '@turnlog/supervisor'

/** What health wants to know of a supervised process. */
export function toChildFacts({ state, pid, restartCount, lastExit, silentMs }: ChildStatus): ChildFacts {
  return { state, pid, restartCount, lastExit: lastExit === null ? null : toLastExit(lastExit), silentMs }
}

function toLastExit({ reason, code, signal, uptimeMs, at, error }: ChildExit): LastExit {
  return { reason, code, signal, uptime_ms: Math.round(uptimeMs), at, error }
}
