import { NO_FILES, type SourceHealth } from '@turnlog/health'
import type { WatcherMessage } from '../watcher/watcher-message.ts'

/** The files as the health document shows them. */
export function toSourceHealth(source: WatcherMessage['source']): SourceHealth {
  if (source === null) return NO_FILES
  return {
    files: source.files,
    active_files: source.activeFiles,
    bytes_behind: source.bytesBehind,
    skipped_lines: source.skippedLines,
    quarantined_files: source.quarantinedFiles.map(({ path, offset, reason, since, retryAt }) => ({
      path,
      offset,
      reason,
      since,
      retry_at: retryAt,
    })),
  }
}
