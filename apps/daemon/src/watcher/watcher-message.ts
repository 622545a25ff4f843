import type { Problem } from '@turnlog/health'
import type { WatcherStatus } from '@turnlog/watcher'
import type { WriterStatus } from '@turnlog/writer'

/** What the watcher process tells the daemon, small and often, over their channel. */
export interface WatcherMessage {
  readonly type: 'watcher_status'
  /** It has the host's lock and its cursors, and follows the files. */
  readonly ready: boolean
  /** What it waits for while it is not ready, or cannot do. */
  readonly problems: readonly Problem[]
  /** Null before the first attempt to connect has an outcome. */
  readonly database: { readonly reachable: boolean; readonly version: string | null } | null
  readonly source: WatcherStatus | null
  readonly writer: WriterStatus | null
}

export function isWatcherMessage(data: unknown): data is WatcherMessage {
  return typeof data === 'object' && data !== null && (data as { type?: unknown }).type === 'watcher_status'
}
