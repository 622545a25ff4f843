export { ConfigError, type ConfigOrigin, type ConfigProblem } from './config-error.ts'
export { type LoadSettingsOptions, loadSettings } from './load-settings.ts'
export type {
  DatabaseSettings,
  EventSystemSettings,
  FileWatcherSettings,
  LoggingSettings,
  ServerSettings,
  Settings,
  SourceSettings,
} from './settings.ts'
