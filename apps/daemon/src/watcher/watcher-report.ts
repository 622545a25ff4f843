import type { WatcherReport } from '@turnlog/watcher'
import type { Logger } from '../logging/create-logger.ts'
import { formatBytes, formatCount, formatDuration } from '../terminal/format-amount.ts'
import { SkippedLog } from './skipped-log.ts'

/** Logs what happens to the watched files. */
export function createWatcherReport(log: Logger): WatcherReport {
  const unreadable = new Set<string>()
  const skipped = new SkippedLog(log)
  return {
    ready: ({ files, bytesBehind, tookMs }) =>
      log.info(
        { files, bytesBehind, tookMs: Math.round(tookMs) },
        `watching ${formatCount(files, 'file')}, ${formatBytes(bytesBehind)} to read; ready in ${formatDuration(tookMs)}`,
      ),
    sourceMissing: (path) => log.info({ path }, `${path} does not exist yet; waiting for it`),
    sourceAppeared: (path) => log.info({ path }, `${path} is there now`),
    unreadable(path, error) {
      // Logged once: every sweep finds it again.
      if (!unreadable.has(path)) log.warn({ path, err: error }, `cannot read ${path}: ${error.message}`)
      unreadable.add(path)
    },
    fileRestarted: (path, reason) =>
      log.info({ path, reason }, `${path} was ${reason}; it is read again from its start`),
    fileMoved: (from, to) => log.debug({ from, to }, `${from} was moved to ${to}`),
    fileVanished: (path) => log.debug({ path }, `${path} is gone`),
    rangeSkipped: (path, range) => skipped.add(path, range),
    diedReading: (path, { offset, length }) =>
      log.warn(
        { path, offset, length },
        `the watcher process before this one died while it read ${formatBytes(length)} of ${path} at byte ${offset}`,
      ),
    fileQuarantined: ({ path, offset, reason, retryAt }) =>
      log.warn(
        { path, offset, reason, retryAt },
        `${path} is in quarantine and not read: at byte ${offset}, ${reason}. It is tried again after ${retryAt}, or at once with: turnlog restart watcher`,
      ),
    quarantineEnded: (path) => log.info({ path }, `${path} is read again; its quarantine is over`),
    hintsLost: (error) =>
      log.warn(
        { err: error },
        `the system tells of no more changes (${error.message}); files are looked at regularly instead`,
      ),
  }
}
