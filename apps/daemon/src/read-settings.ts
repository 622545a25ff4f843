import { loadSettings, type Settings } from '@turnlog/config'
import { PROJECT_ROOT } from './project-root.ts'

/**
 * The settings of this checkout and environment.
 *
 * @throws ConfigError, whose message can be shown as it is
 */
export function readSettings(): Settings {
  return loadSettings({ env: process.env, root: PROJECT_ROOT, cwd: process.env.INIT_CWD ?? process.cwd() })
}
