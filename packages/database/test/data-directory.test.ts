import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readDataVersion } from '../src/embedded/data-directory.ts'

test('a data directory that gets its name in this moment is there or is not, and never something else', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'turnlog-data-directory-'))
  const [made, named] = [join(folder, 'made'), join(folder, 'named')]
  mkdirSync(made)
  writeFileSync(join(made, 'PG_VERSION'), '18\n')
  try {
    for (let turn = 0; turn < 500; turn += 1) {
      const version = readDataVersion(named)
      for (let wait = turn % 5; wait > 0; wait -= 1) await setImmediate()
      renameSync(made, named)
      expect(['18', null]).toContain(await version)
      renameSync(named, made)
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
})
