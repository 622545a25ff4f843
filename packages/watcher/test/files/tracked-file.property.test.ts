import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { TranscriptCatalog } from '../../src/files/transcript-catalog.ts'
import { claudeCode } from '../../src/formats/claude-code/index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'turnlog-glance-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function look(catalog: TranscriptCatalog, path: string, stats = statSync(path, { bigint: true })) {
  return catalog.sight({ format: claudeCode, path, relativePath: '-home-ada/one.jsonl' }, stats)
}

function createCatalog(): TranscriptCatalog {
  return new TranscriptCatalog({ cursors: [], inactivityTimeoutMs: 1000, report: {} })
}

const change = fc.oneof(
  fc.record({ does: fc.constant('write' as const), size: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ does: fc.constant('touch' as const), seconds: fc.integer({ min: 0, max: 2_000_000_000 }) }),
  fc.record({ does: fc.constant('replace' as const), size: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ does: fc.constant('nothing' as const) }),
)

test('a glance at a real file says the same as a close look, whatever was done to the file', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
      const path = join(folder, 'file')
      writeFileSync(path, 'xx')
      const catalog = createCatalog()
      const file = look(catalog, path)?.file
      for (const step of changes) {
        if (step.does === 'write') writeFileSync(path, 'x'.repeat(step.size))
        if (step.does === 'touch') utimesSync(path, step.seconds, step.seconds)
        if (step.does !== 'replace') continue
        writeFileSync(`${path}.new`, 'y'.repeat(step.size))
        renameSync(`${path}.new`, path)
      }
      const glance = file?.isUnchanged(statSync(path))
      const close = look(catalog, path)
      expect(glance).toBe(close?.file === file && !close?.changed)
    }),
    { numRuns: 300 },
  )
})

test('a glance does not tell where an inode is too large for a double', () => {
  const path = join(folder, 'file')
  writeFileSync(path, 'xx')
  const ino = 2n ** 53n + 2n
  const stats = Object.assign(statSync(path, { bigint: true }), { ino })
  const catalog = createCatalog()
  const file = look(catalog, path, stats)?.file
  expect(look(catalog, path, stats)).toEqual({ file, changed: false })
  expect(file?.isUnchanged(Object.assign(statSync(path), { ino: Number(ino) }))).toBe(false)
})
