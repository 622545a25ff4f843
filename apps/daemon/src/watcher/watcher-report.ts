import type { WatcherReport } from '@turnlog/watcher'
import type { Logger } from '../logging/create-logger.ts'
import { formatBytes, formatCount, formatDuration } from '../terminal/format-amount.ts'

/** Tells the log what happens to the watched files. */
export function createWatcherReport(log: Logger): WatcherReport {
  const unreadable = new Set<string>()
  return {
    ready: ({ files, bytesBehind, tookMs }) =>
      log.info(
        { files, bytesBehind, tookMs: Math.round(tookMs) },
        `watching ${formatCount(files, 'file')}, ${formatBytes(bytesBehind)} to read; ready in ${formatDuration(tookMs)}`,
      ),
    sourceMissing: (path) => log.info({ path }, `${path} does not exist yet; waiting for it`),
    sourceAppeared: (path) => log.info({ path }, `${path} is there now`),
    unreadable(path, error) {
      // Said once: every sweep comes across it again.
      if (!unreadable.has(path)) log.warn({ path, err: error }, `cannot read ${path}: ${error.message}`)
      unreadable.add(path)
    },
    fileRestarted: (path, reason) =>
      log.info({ path, reason }, `${path} was ${reason}; it is read again from its start`),
    fileMoved: (from, to) => log.debug({ from, to }, `${from} was moved to ${to}`),
    fileVanished: (path) => log.debug({ path }, `${path} is gone`),
    rangeSkipped: (path, range) =>
      log.warn({ path, ...range }, `skipped ${formatBytes(range.length)} of ${path}: ${range.reason}`),
    hintsLost: (error) =>
      log.warn(
        { err: error },
        `the system tells of no more changes (${error.message}); files are looked at regularly instead`,
      ),
  }
}
