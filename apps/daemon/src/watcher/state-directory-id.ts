import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The random id of a state directory, in a file inside it: two directories never have the same one, even with
 * the same path, e.g. in two containers. The first process that asks creates it.
 */
export function readStateDirectoryId(stateDir: string): string {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const path = join(stateDir, 'id')
  try {
    writeFileSync(path, `${randomUUID()}\n`, { flag: 'wx', mode: 0o600, flush: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(path, 'utf8').trim()
}
