import { mkdtempSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type TrackedFile, trackNewFile } from '../../src/files/tracked-file.ts'
import { claudeCode } from '../../src/formats/claude-code/index.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'turnlog-glance-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function track(path: string): TrackedFile {
  const transcript = { transcript: 'one', sessionUuid: 'one', agentId: null, conversation: true }
  return trackNewFile(statSync(path, { bigint: true }), { format: claudeCode, path, transcript })
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
      const file = track(path)
      for (const step of changes) {
        if (step.does === 'write') writeFileSync(path, 'x'.repeat(step.size))
        if (step.does === 'touch') utimesSync(path, step.seconds, step.seconds)
        if (step.does !== 'replace') continue
        writeFileSync(`${path}.new`, 'y'.repeat(step.size))
        renameSync(`${path}.new`, path)
      }
      const isUnchanged = file.isUnchanged(statSync(path, { bigint: true }))
      expect(file.isUnchangedAtAGlance(statSync(path))).toBe(isUnchanged)
    }),
    { numRuns: 300 },
  )
})

test('a glance does not tell where an inode is too large for a double', () => {
  const path = join(folder, 'file')
  writeFileSync(path, 'xx')
  const ino = 2n ** 53n + 2n
  const transcript = { transcript: 'one', sessionUuid: 'one', agentId: null, conversation: true }
  const stats = Object.assign(statSync(path, { bigint: true }), { ino })
  const file = trackNewFile(stats, { format: claudeCode, path, transcript })
  expect(file.isUnchanged(stats)).toBe(true)
  expect(file.isUnchangedAtAGlance(Object.assign(statSync(path), { ino: Number(ino) }))).toBe(false)
})
