import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { trackNewFile } from '../../src/files/tracked-file.ts'
import { claudeCode } from '../../src/formats/claude-code/index.ts'
import type { Segment } from '../../src/index.ts'
import { ReadMark, readMarks } from '../../src/reading/read-mark.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

function trackedFile(folder: string, name = 's.jsonl') {
  const path = join(folder, name)
  writeFileSync(path, '')
  const transcript = claudeCode.identify(name)
  if (transcript === null) throw new Error('This is a transcript')
  return trackNewFile(statSync(path, { bigint: true }), { format: claudeCode, path, transcript })
}

test('a mark says which bytes of which file are parsed, until they are', () => {
  using folder = scratchFolder()
  const file = trackedFile(folder.path)
  const mark = new ReadMark(folder.path)
  mark.begin(file)
  expect(readMarks(folder.path)).toEqual([])
  mark.parse(100, 20_000, () => {
    expect(readMarks(folder.path)).toEqual([
      { file: file.identity, path: file.path, generation: 0, from: 100, to: 20_100, shared: false },
    ])
  })
  mark.clear()
  expect(readMarks(folder.path)).toEqual([])
  mark.close()
})

test('a shorter mark leaves nothing of a longer one', () => {
  using folder = scratchFolder()
  const mark = new ReadMark(folder.path)
  mark.begin(trackedFile(folder.path, `${'long'.repeat(50)}.jsonl`))
  mark.parse(100_000_000, 100_000_000, () => {})
  const file = trackedFile(folder.path)
  mark.begin(file)
  mark.parse(1, 100_000, () => {})
  expect(readMarks(folder.path)).toMatchObject([{ path: file.path, from: 1, to: 100_001 }])
  mark.close()
})

test('small entries that follow each other share a mark, a large one has its own', () => {
  using folder = scratchFolder()
  const mark = new ReadMark(folder.path)
  const file = trackedFile(folder.path)
  file.size = 120_000
  mark.begin(file)
  const seen: unknown[] = []
  const look = () => seen.push(...readMarks(folder.path).map(({ from, to, shared }) => [from, to, shared]))
  mark.parse(10, 100, look)
  mark.parse(110, 10_000, look)
  mark.parse(10_110, 100_000, look)
  mark.parse(110_110, 100, look)
  mark.close()
  expect(seen).toEqual([
    [10, 16_394, true],
    [10, 16_394, true],
    [10_110, 110_110, false],
    [110_110, 120_000, true],
  ])
})

test('each entry of a file that killed a process before has its own mark', () => {
  using folder = scratchFolder()
  const mark = new ReadMark(folder.path)
  const file = trackedFile(folder.path)
  file.suspect = true
  mark.begin(file)
  const seen: unknown[] = []
  for (const offset of [0, 100]) mark.parse(offset, 100, () => seen.push(...readMarks(folder.path)))
  mark.close()
  expect(seen).toMatchObject([
    { from: 0, to: 100, shared: false },
    { from: 100, to: 200, shared: false },
  ])
})

test('a segment with a large event is marked until it is stored, if nothing is being parsed', () => {
  using folder = scratchFolder()
  const file = trackedFile(folder.path)
  const mark = new ReadMark(folder.path)
  const segment = (from: number, weight: number) => ({ from, cursor: { offset: from + 10 }, weight }) as Segment
  const places = () => readMarks(folder.path).map(({ from, to }) => [from, to])
  mark.deliver(file, segment(0, 1_000_000))
  expect(places()).toEqual([])
  const settle = mark.deliver(file, segment(10, 3_000_000))
  mark.deliver(file, segment(20, 3_000_000))
  expect(places()).toEqual([
    [10, 20],
    [20, 30],
  ])
  mark.begin(file)
  mark.parse(30, 20_000, () => expect(places()).toEqual([[30, 20_030]]))
  mark.clear()
  settle()
  expect(places()).toEqual([[20, 30]])
  mark.letGo()
  expect(places()).toEqual([])
  mark.close()
})

test('without a directory, or with one that cannot be written to, reading goes on without a mark', () => {
  using folder = scratchFolder()
  const file = trackedFile(folder.path)
  for (const mark of [new ReadMark(null), new ReadMark(join(file.path, 'below-a-file'))]) {
    mark.begin(file)
    mark.parse(0, 1, () => {})
    mark.clear()
    mark.close()
  }
  expect(readMarks(folder.path)).toEqual([])
})

test.each(['{', '[]', '{"path":"/x"}', 'x'.repeat(100)])('what is no mark is taken for none: %s', (text) => {
  using folder = scratchFolder()
  writeFileSync(join(folder.path, 'being-read'), `${text}\n[]\n`)
  expect(readMarks(folder.path)).toEqual([])
})
