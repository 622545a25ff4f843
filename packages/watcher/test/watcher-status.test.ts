import { expect, test } from 'vitest'
import type { TrackedFile } from '../src/files/tracked-file.ts'
import { LastingTotals } from '../src/watcher-status.ts'

const file = { size: 10, committed: 4, offset: 4, hasOpenLine: false, archive: null, mtimeMs: 0 } as TrackedFile

test('totals are summed up anew as soon as anything has happened', () => {
  const totals = new LastingTotals()
  expect(totals.get([file], 1, 0).bytesBehind).toBe(6)
  expect(totals.get([{ ...file, committed: 10 } as TrackedFile], 2, 0).bytesBehind).toBe(0)
})

test('totals of which nothing has changed are not summed up again, except for the files that become quiet', () => {
  const totals = new LastingTotals()
  let sums = 0
  const files = {
    [Symbol.iterator]() {
      sums += 1
      return [file].values()
    },
  }
  const states = [0, 2_000, 29_000, 599_000, 601_000].map((now) => [totals.get(files, 1, now).activeFiles, sums])
  expect(states).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
    [1, 2],
    [1, 2],
  ])
  expect(totals.get(files, 1, 631_000).activeFiles).toBe(0)
})
