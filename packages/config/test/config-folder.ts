import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigError, loadSettings, type Settings } from '../src/index.ts'

/** A folder of its own for one test, with a config.yaml in it where there is a text for one. */
export function configFolder(yaml?: string) {
  const root = mkdtempSync(join(tmpdir(), 'turnlog-config-'))
  if (yaml !== undefined) writeFileSync(join(root, 'config.yaml'), yaml)
  return {
    root,
    load(env: Record<string, string> = {}, options: { cwd?: string; file?: string; isRoot?: boolean } = {}): Settings {
      return loadSettings({ env, root, home: '/home/ada', isRoot: false, ...options })
    },
    /** The message that loading fails with. */
    refusal(env: Record<string, string> = {}): string {
      try {
        this.load(env)
      } catch (error) {
        if (error instanceof ConfigError) return error.message
        throw error
      }
      throw new Error('Expected the configuration to be refused')
    },
    write: (name: string, text: string) => writeFileSync(join(root, name), text),
    [Symbol.dispose]: () => rmSync(root, { recursive: true }),
  }
}
