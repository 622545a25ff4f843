import type { SupervisionReport } from '@turnlog/supervisor'
import type { Logger } from '../logging/create-logger.ts'
import { formatDuration } from '../terminal/format-amount.ts'

/** Tells the log what happens to the daemon's children. */
export function createSupervisionReport(log: Logger) {
  return {
    spawned: (child, facts) => log.debug({ child, ...facts }, `${child} started`),
    ready: (child, { pid, afterMs }) =>
      log.debug({ child, pid, afterMs }, `${child} runs after ${formatDuration(afterMs)}`),
    exited: (child, exit) => log.debug({ child, exit }, `${child} ended`),
    restarting: (child, { exit, restarts, maxRestarts, delayMs }) =>
      log.warn(
        { child, exit, restarts, maxRestarts, delayMs },
        `${child} ended unexpectedly (${exit.signal ?? `exit code ${exit.code}`}) and is started again ${delayMs === 0 ? 'at once' : `in ${formatDuration(delayMs)}`}`,
      ),
    gaveUp: (child, { exit, maxRestarts, windowMs }) =>
      log.error(
        { child, exit },
        `${child} is not started again: it crashed once more after ${maxRestarts} restarts within ${formatDuration(windowMs)}. ` +
          `When the cause is mended: turnlog restart ${child}`,
      ),
    killed: (child, facts) =>
      log.warn({ child, ...facts }, `${child} was killed: it did not answer for ${formatDuration(facts.afterMs)}`),
    outputCut: (child, facts) => log.warn({ child, ...facts }, `a line of ${child}'s output was too long and was cut`),
    messageIgnored: (child, facts) => log.debug({ child, ...facts }, `a message of ${child} was ignored`),
    trouble: (child, { message, cause }) => log.warn({ child, err: cause }, message),
  } satisfies Partial<SupervisionReport>
}
