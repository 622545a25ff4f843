import { expect, test } from 'vitest'
import { ImportProgress } from '../../src/terminal/import-progress.ts'

const total = { files: 40, filesCaughtUp: 0, bytesTotal: 100e6, bytesBehind: 100e6 }

test('says nothing of what is read at once', () => {
  const progress = new ImportProgress()
  expect(progress.update({ ...total, bytesBehind: 900_000 }, 0)).toBeNull()
  expect(progress.isFinished).toBe(false)
})

test('draws how far it is, and says how long it will take once that is no guess', () => {
  const progress = new ImportProgress()
  expect(progress.update(total, 0)).toBe(
    'importing history ░░░░░░░░░░░░░░░░░░░░░░░░   0 % · 0 B of 100 MB · 0 of 40 files',
  )
  expect(progress.update({ ...total, bytesBehind: 75e6, filesCaughtUp: 9 }, 2_000)).toBe(
    'importing history ██████░░░░░░░░░░░░░░░░░░  25 % · 25.0 MB of 100 MB · 9 of 40 files · 6 s left',
  )
})

test('ends with one line', () => {
  const progress = new ImportProgress()
  progress.update(total, 0)
  progress.update({ ...total, bytesBehind: 0 }, 4_600)
  expect(progress.isFinished).toBe(true)
  expect(progress.summarise(total, 1_204)).toBe('history is imported: 1,204 events from 40 files (100 MB) in 4.6 s')
  expect(progress.update(total, 5_000)).toBeNull()
})
