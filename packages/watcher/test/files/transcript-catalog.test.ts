import type { BigIntStats } from 'node:fs'
import { expect, test } from 'vitest'
import { TranscriptCatalog } from '../../src/files/transcript-catalog.ts'
import { claudeCode } from '../../src/formats/claude-code/index.ts'

function createCatalog(): TranscriptCatalog {
  return new TranscriptCatalog({ cursors: [], inactivityTimeoutMs: 1000, report: {} })
}

function found(name: string) {
  return { format: claudeCode, path: `/nowhere/-home-ada/${name}.jsonl`, relativePath: `-home-ada/${name}.jsonl` }
}

/** Stats of a file in the one inode of these tests, which was made at `born`. */
function statsOf(born: bigint): BigIntStats {
  return { dev: 1n, ino: 2n, birthtimeNs: born, ctimeNs: born + 5n, mtimeNs: born, size: 10n } as BigIntStats
}

test('a file is not forgotten with the one that had its inode before', () => {
  const catalog = createCatalog()
  const old = catalog.sight(found('old'), statsOf(1n))?.file
  const file = catalog.sight(found('new'), statsOf(100n))?.file
  if (old === undefined || file === undefined) throw new Error('Not sighted')
  catalog.remove(old)
  expect([...catalog.files]).toEqual([file])
  expect(old.vanished).toBe(true)
})

test('a file in an inode that was read before keeps its generation while it is away, read or not', () => {
  const catalog = createCatalog()
  catalog.sight(found('old'), statsOf(1n))
  const first = catalog.sight(found('new'), statsOf(100n))?.file
  expect(first?.generation).toBe(1)
  if (first !== undefined) catalog.remove(first)
  expect(catalog.sight(found('new'), statsOf(100n))?.file.generation).toBe(1)
  const second = catalog.sight(found('newest'), statsOf(200n))?.file
  expect(second?.generation).toBe(2)
})
