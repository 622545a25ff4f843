import type { EmbeddedPostgresReport } from '@turnlog/database'
import type { Log } from '../logging/log.ts'
import { formatDuration } from '../terminal/format-amount.ts'

/** Tells the log what happens to the embedded database. */
export function createPostgresReport(log: Log): Partial<EmbeddedPostgresReport> {
  return {
    initialising: ({ dataDir, account }) =>
      log.info({ dataDir, account }, 'making the database; this happens once and takes some seconds'),
    initialised: ({ ms }) => log.debug(`database made in ${formatDuration(ms)}`),
    runtimeCopied: (facts) => log.info(facts, `copied PostgreSQL to where its account can read it: ${facts.reason}`),
    relocated: (facts) =>
      log.warn(facts, `the database lives in ${facts.home}, since ${facts.account} cannot enter the state directory`),
    staleLock: (facts) =>
      log.warn(facts, 'the database was not shut down, and its old process id belongs to another program by now'),
    retrying: (facts) => log.info(facts, 'the database could not start at once; trying again'),
    adopted: ({ port, pid, ms }) =>
      log.info({ port, pid }, `database found running, taken over in ${formatDuration(ms)}`),
    started: ({ port, pid, ms }) => log.info({ port, pid }, `database ready in ${formatDuration(ms)}`),
    stopped: ({ mode, ms }) => log.info({ mode }, `database stopped in ${formatDuration(ms)}`),
  }
}
