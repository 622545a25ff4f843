import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitLines } from '../../src/lines/split-lines.ts'

function split(bytes: Buffer): { readonly lines: string[]; readonly rest: string } {
  const lines: string[] = []
  const end = splitLines(bytes.toString('latin1'), 0, (from, to) => {
    // Empty lines come as one, which holds their newlines.
    lines.push(...bytes.subarray(from, to).toString().split('\n'))
    return true
  })
  return { lines, rest: bytes.subarray(end).toString() }
}

test('leaves an unfinished last line alone', () => {
  expect(split(Buffer.from('one\ntwo\nthr'))).toEqual({ lines: ['one', 'two'], rest: 'thr' })
})

test('takes no other character for the end of a line', () => {
  expect(split(Buffer.from('a\u2028b\u2029c\u0085d\re\n')).lines).toEqual(['a\u2028b\u2029c\u0085d\re'])
})

test('gives back whatever lines were joined, in any script', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))
  fc.assert(
    fc.property(fc.array(line), line, (lines, rest) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join('') + rest)
      expect(split(bytes)).toEqual({ lines, rest })
    }),
  )
})

test('ends where it is told to', () => {
  expect(splitLines('one\n\n\ntwo\nthree\n', 0, (start) => start === 0)).toBe(6)
})

test('gives empty lines in a row as one', () => {
  const places: number[][] = []
  splitLines('one\n\n\ntwo\n', 0, (...place) => places.push(place) > 0)
  expect(places).toEqual([
    [0, 3],
    [4, 5],
    [6, 9],
  ])
})
