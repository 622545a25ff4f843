import { type Places, resolveSource, resolveStateDir } from './places.ts'
import type { Config } from './schema.ts'
import type { Settings } from './settings.ts'

const DEFAULT_MAX_RESTARTS = 5

/** Names and places as the code uses them. `base` tells where the relative path of a key starts. */
export function toSettings(
  config: Config,
  configFile: string | null,
  base: (key: 'state_dir' | 'sources') => string,
  places: Places,
): Settings {
  return deepFreeze({
    configFile,
    server: config.server,
    logging: config.logging,
    database: { url: config.database.url, poolSize: config.database.pool_size },
    stateDir: resolveStateDir(config.state_dir, base('state_dir'), places),
    sources: config.sources.map((source) => resolveSource(source, base('sources'), places)),
    fileWatcher: toFileWatcher(config.file_watcher),
    eventSystem: toEventSystem(config.event_system),
  })
}

function toFileWatcher(keys: Config['file_watcher']): Settings['fileWatcher'] {
  return {
    pollingIntervalSeconds: keys.polling_interval_seconds,
    reconcileIntervalSeconds: keys.reconcile_interval_seconds,
    inactivityTimeoutSeconds: keys.inactivity_timeout_seconds,
    maxLineBytes: keys.max_line_bytes,
  }
}

function toEventSystem(keys: Config['event_system']): Settings['eventSystem'] {
  return {
    writeRetryAttempts: keys.write_retry_attempts,
    writeRetryDelayMs: keys.write_retry_delay_ms,
    maxRestarts: keys.max_restarts ?? keys.max_restarts_per_minute ?? DEFAULT_MAX_RESTARTS,
    restartWindowSeconds: keys.restart_window_seconds,
    heartbeatTimeoutSeconds: keys.heartbeat_timeout_seconds,
    shutdownTimeoutSeconds: keys.shutdown_timeout_seconds,
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}
