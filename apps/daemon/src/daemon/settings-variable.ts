import type { Settings } from '@turnlog/config'

/** How the settings come to the daemon. In its environment, which nobody else can read: they may hold a password. */
export const SETTINGS_VARIABLE = 'DAEMON_SETTINGS'

/** The settings that `turnlog start` has read and checked. */
export function takeSettings(): Settings {
  const text = process.env[SETTINGS_VARIABLE]
  if (text === undefined) throw new Error('The daemon is started by `turnlog start`, which reads its settings')
  delete process.env[SETTINGS_VARIABLE]
  return JSON.parse(text) as Settings
}
