import type { DatabaseFacts } from '@turnlog/health'
import type { WatcherMessage } from '../watcher/watcher-message.ts'

/**
 * A database that somebody else runs, as the watcher knows it: the daemon has no connection of its own. What is wrong
 * with it is among the watcher's problems.
 */
export function toDatabaseFacts(database: WatcherMessage['database']): DatabaseFacts {
  return { reachable: database?.reachable ?? false, embedded: false, version: database?.version ?? null, problems: [] }
}
