import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Scratch } from '../machine/scratch.ts'

const PROGRAM = fileURLToPath(new URL('./parse-program.ts', import.meta.url))

/** Limit a: reading and parsing every line of these files in one Node process, whose own start is not counted. */
export async function measureParsing(paths: readonly string[]): Promise<{ readonly seconds: number }> {
  using scratch = new Scratch()
  const list = join(scratch.path, 'paths')
  writeFileSync(list, paths.join('\n'))
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, list])
  return JSON.parse(stdout)
}
