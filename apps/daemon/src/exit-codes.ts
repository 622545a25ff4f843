/** What the process says with its exit code. The numbers are those of sysexits.h and, for `status`, of the LSB. */
export const EXIT = {
  ok: 0,
  failure: 1,
  usage: 64,
  /** Another daemon runs on this state directory. */
  alreadyRunning: 75,
  /** The configuration is wrong. */
  badConfig: 78,
  /** `status`: nothing runs, nothing can be told, something is wrong with what runs. */
  notRunning: 3,
  unknown: 4,
  degraded: 150,
  /** Nothing runs that could be restarted. */
  nothingRuns: 7,
} as const
