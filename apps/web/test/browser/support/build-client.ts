import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, build } from 'rolldown'
import config from '../../../rolldown.config.ts'

/** Builds the page as it is now into a folder of its own. */
export async function buildClient(): Promise<string> {
  const dir = join(mkdtempSync(join(tmpdir(), 'turnlog-client-')), 'client')
  await build({ ...config, output: { ...config.output, dir } } as BuildOptions)
  return dir
}
