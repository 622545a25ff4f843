import { isPortTaken } from '@turnlog/health'
import type { ChildExit, KillCause, SupervisionReport } from '@turnlog/supervisor'
import type { Log } from '../logging/log.ts'
import { formatDuration } from '../terminal/format-amount.ts'

const MISSED = {
  hung: 'did not answer for',
  not_ready: 'was not ready after',
  stop_deadline: 'had not stopped after',
} as const satisfies Record<KillCause, string>

/** Logs what happens to the daemon's children. */
export function createSupervisionReport(log: Log) {
  return {
    spawned: (child, facts) => log.debug({ child, ...facts }, `${child} started`),
    ready: (child, { pid, afterMs }) =>
      log.debug({ child, pid, afterMs }, `${child} runs after ${formatDuration(afterMs)}`),
    exited: (child, exit) => log.debug({ child, exit }, `${child} ended`),
    restarting: (child, { exit, restarts, maxRestarts, delayMs }) =>
      log.warn(
        { child, exit, restarts, maxRestarts, delayMs },
        `${describeEnd(child, exit)} and is restarted ${delayMs === 0 ? 'immediately' : `in ${formatDuration(delayMs)}`}`,
      ),
    gaveUp: (child, { exit, maxRestarts, windowMs }) =>
      log.error(
        { child, exit },
        `${child} is not restarted any more: ${describeLast(exit)} once more after ${maxRestarts} restarts within ${formatDuration(windowMs)}. ` +
          (isPortTaken(exit)
            ? 'Its port is in use; it starts by itself as soon as the port is free'
            : `Fix the cause, then run: turnlog restart ${child}`),
      ),
    killed: (child, facts) =>
      log.warn({ child, ...facts }, `${child} was killed: it ${MISSED[facts.cause]} ${formatDuration(facts.afterMs)}`),
    outputCut: (child, facts) => log.warn({ child, ...facts }, `a line of ${child}'s output was too long and was cut`),
    messageIgnored: (child, facts) => log.debug({ child, ...facts }, `a message of ${child} was ignored`),
    trouble: (child, { message, cause }) => log.warn({ child, err: cause }, message),
  } satisfies Partial<SupervisionReport>
}

function describeEnd(child: string, { error, signal, code }: ChildExit): string {
  if (error !== null) return `${child} could not be started (${error})`
  return `${child} ended unexpectedly (${signal ?? `exit code ${code}`})`
}

function describeLast({ error }: ChildExit): string {
  return error === null ? 'it crashed' : `it could not be started (${error})`
}
