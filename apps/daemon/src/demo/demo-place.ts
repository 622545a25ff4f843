import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Settings } from '@turnlog/config'

/**
 * Where a demo lives, beside the state directory of the real turnlog and never in it:
 * ```
 * <stateDir>-demo/
 *   this-is-a-demo    says that turnlog made this folder and may remove it
 *   home/             what the invented agents write
 *   state/            a state directory of its own, with a database of its own
 * ```
 */
export interface DemoPlace {
  readonly folder: string
  readonly home: string
  readonly stateDir: string
}

export const MARK = 'this-is-a-demo'

export function findDemoPlace({ stateDir }: Pick<Settings, 'stateDir'>): DemoPlace {
  const folder = `${stateDir}-demo`
  return { folder, home: join(folder, 'home'), stateDir: join(folder, 'state') }
}

/** Whether a demo has been here. A folder of that name without the mark is somebody else's. */
export function holdsDemo({ folder }: DemoPlace): boolean {
  return existsSync(join(folder, MARK))
}

/** Makes the folders, with the mark first: what a crash leaves can always be removed. */
export function makeDemoPlace(place: DemoPlace): void {
  // Others may pass through: the database of root runs under another account.
  mkdirSync(place.folder, { recursive: true, mode: 0o711 })
  const text = 'Made by `turnlog demo`; `turnlog demo --remove` removes this folder.\n'
  writeFileSync(join(place.folder, MARK), text, { mode: 0o644 })
  for (const source of ['.claude/projects', '.codex/sessions']) {
    mkdirSync(join(place.home, source), { recursive: true })
  }
}
