import type { WatcherStatus } from '@turnlog/watcher'
import type { WriterStatus } from '@turnlog/writer'

/** What the watcher process tells the daemon, small and often, over their channel. */
export interface WatcherMessage {
  readonly type: 'watcher_status'
  /** It reads, and its events reach the database. */
  readonly ready: boolean
  /** What it waits for while it is not ready, or cannot do; one plain sentence each. */
  readonly problems: readonly string[]
  readonly source: WatcherStatus | null
  readonly writer: WriterStatus | null
}

export function isWatcherMessage(data: unknown): data is WatcherMessage {
  return typeof data === 'object' && data !== null && (data as { type?: unknown }).type === 'watcher_status'
}
