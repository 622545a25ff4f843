import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLine } from '../../src/lines/parse-line.ts'
import { whyNoObject } from '../../src/lines/why-no-object.ts'

test.each([
  ['', 'blank'],
  [' \t\r', 'blank'],
  ['\n\n\n', 'blank'],
  ['x', 'malformed'],
  ['true}', 'malformed'],
  ['"torn', 'malformed'],
  ['[1, 2', 'malformed'],
  ['42', 'not_an_object'],
  ['-1.5e3\r', 'not_an_object'],
  [' null', 'not_an_object'],
  ['"text"', 'not_an_object'],
  ['[1, 2] ', 'not_an_object'],
  ['{', null],
  ['x{', null],
  ['[{}]', null],
])('%j: %s', (line, reason) => {
  expect(whyNoObject(line)).toBe(reason)
})

test('it gives a reason exactly for what JSON does not parse as an object', () => {
  const value = fc.jsonValue().map((json) => JSON.stringify(json))
  fc.assert(
    fc.property(fc.oneof(value, fc.string({ unit: 'binary' })), (line) => {
      const reason = whyNoObject(line)
      if (reason === null) return
      expect(parseLine(Buffer.from(line)).objects).toEqual([])
      expect(isJson(line) ? reason : 'not_an_object').toBe('not_an_object')
    }),
    { numRuns: 1_000 },
  )
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
