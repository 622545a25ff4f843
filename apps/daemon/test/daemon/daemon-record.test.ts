import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  type DaemonRecord,
  parseRecord,
  readRecordText,
  removeRecord,
  renewRecord,
  replaceRecord,
} from '../../src/daemon/daemon-record.ts'

let stateDir: string
beforeEach(() => (stateDir = mkdtempSync(join(tmpdir(), 'turnlog-record-'))))
afterEach(() => rmSync(stateDir, { recursive: true, force: true }))

const one: DaemonRecord = { host: 'ada', boot: 'b', namespaces: 'n', pid: 1, instance: 'one', beat: 0 }
const other: DaemonRecord = { ...one, host: 'bob', pid: 2, instance: 'other' }
const current = () => parseRecord(readRecordText(stateDir))

test('is made once, and renewed by its owner alone', () => {
  expect(replaceRecord(stateDir, null, one)).toBe(true)
  expect(replaceRecord(stateDir, null, other)).toBe(false)
  expect(renewRecord(stateDir, { ...one, beat: 12 })).toBe(true)
  expect(renewRecord(stateDir, other)).toBe(false)
  expect(current()).toEqual({ ...one, beat: 12 })
})

test('is replaced only as it was read', () => {
  replaceRecord(stateDir, null, one)
  const read = readRecordText(stateDir)
  renewRecord(stateDir, { ...one, beat: 1 })
  expect(replaceRecord(stateDir, read, other)).toBe(false)
  expect(current()).toEqual({ ...one, beat: 1 })
  expect(replaceRecord(stateDir, readRecordText(stateDir), other)).toBe(true)
  expect(current()).toEqual(other)
  expect(readdirSync(stateDir)).toEqual(['daemon.json'])
})

test('is made again if it was removed, and is removed by its owner alone', () => {
  replaceRecord(stateDir, null, one)
  rmSync(join(stateDir, 'daemon.json'))
  expect(renewRecord(stateDir, one)).toBe(true)
  removeRecord(stateDir, other)
  expect(current()).toEqual(one)
  removeRecord(stateDir, one)
  expect(readRecordText(stateDir)).toBeNull()
})

test.each(['', '{', 'null', '[]', '{"host":"ada"}', '{"host":1,"boot":"b","namespaces":"n","instance":"x"}'])(
  '%j is no record',
  (text) => {
    writeFileSync(join(stateDir, 'daemon.json'), text)
    expect(current()).toBeNull()
  },
)
