import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ParsedLine, parseLine, skimLine } from '../../src/lines/parse-line.ts'

const values = ({ objects }: ParsedLine) => objects.map(({ value }) => value)
const reasons = ({ gaps }: ParsedLine) => gaps.map(({ reason }) => reason)

describe('a line', () => {
  test('of one object is that object', () => {
    expect(values(parseLine(Buffer.from('{"a":1}')))).toEqual([{ a: 1 }])
  })

  test('may begin with a byte order mark and end with a carriage return', () => {
    expect(values(parseLine(Buffer.from('\ufeff{"a":1}\r')))).toEqual([{ a: 1 }])
  })

  test.each([
    ['', 'blank'],
    [' \t\r', 'blank'],
    ['null', 'not_an_object'],
    ['[{"a":1}]', 'not_an_object'],
    ['"text"', 'not_an_object'],
    ['{"a":1', 'malformed'],
    ['\0\0\0\0', 'malformed'],
  ])('%j is told as %s', (text, reason) => {
    expect(reasons(parseLine(Buffer.from(text)))).toEqual([reason])
  })
})

describe('salvage', () => {
  test('takes two glued objects apart, also with braces in their strings', () => {
    const line = parseLine(Buffer.from('{"a":"}{"}{"b":"é}{\\"{"}'))
    expect(values(line)).toEqual([{ a: '}{' }, { b: 'é}{"{' }])
    expect(reasons(line)).toEqual([])
  })

  test('finds the object behind the torn rest of another', () => {
    const line = parseLine(Buffer.from('{"a":"torn{"b":2}'))
    expect(values(line)).toEqual([{ b: 2 }])
    expect(reasons(line)).toEqual(['malformed'])
  })

  test('finds the object before a torn one', () => {
    const line = parseLine(Buffer.from('{"a":1}{"b":'))
    expect(values(line)).toEqual([{ a: 1 }])
    expect(reasons(line)).toEqual(['malformed'])
  })

  test('takes a thousand objects from a line, and leaves the rest of it', () => {
    const line = parseLine(Buffer.from('{"a":1}x'.repeat(1_500)))
    expect(line.objects).toHaveLength(1_000)
    expect(line.gaps.at(-1)).toEqual({ start: 7_999, end: 12_000, reason: 'malformed' })
  })

  test('finds a large object behind the torn rest of another', () => {
    const text = 'y'.repeat(5_000_000)
    const line = parseLine(Buffer.from(`torn"}${JSON.stringify({ text, list: [1, { b: 2 }] })}`))
    expect(values(line)).toEqual([{ text, list: [1, { b: 2 }] }])
    expect(reasons(line)).toEqual(['malformed'])
  })

  test('gives up on a line of nothing but opening braces in bounded time', () => {
    expect(reasons(parseLine(Buffer.from('{"a":'.repeat(200_000))))).toEqual(['malformed'])
  })
})

describe('a long line', () => {
  const many = (value: string, count: number) => `{"list":[${`${value},`.repeat(count)}0]}`

  test.each([
    ['of a million objects', many('{}', 1_000_001)],
    ['of a million arrays', many('[]', 1_000_001)],
    ['of a million members', `{${Array.from({ length: 1_000_001 }, (_, index) => `"${index}":0`).join(',')}}`],
    ['a million objects deep', `${'{"a":'.repeat(1_000_001)}0${'}'.repeat(1_000_001)}`],
  ])('is too complex: %s', (_what, text) => {
    expect(parseLine(Buffer.from(text))).toEqual({
      objects: [],
      gaps: [{ start: 0, end: text.length, reason: 'too_complex' }],
    })
    expect(skimLine(text)).toBeNull()
  })

  test.each([
    ['of many texts and numbers', many('"{[:", 1', 500_000)],
    ['of many objects', many('{"a":1}', 300_000)],
    ['with braces and quotes in its text', JSON.stringify({ text: '{"[\\:'.repeat(500_000) })],
    ['with white space around it', ` ${many('{}', 200_000)}\r`],
  ])('is one object: %s', (_what, text) => {
    const value: unknown = JSON.parse(text)
    expect(parseLine(Buffer.from(text)).objects).toMatchObject([{ start: 0, end: text.length }])
    expect(parseLine(Buffer.from(text)).objects[0]?.value).toEqual(value)
    expect(skimLine(text)).toEqual(value)
  })
})

test('bytes that are no UTF-8 are told apart from a U+FFFD that somebody wrote', () => {
  const broken = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}')])
  expect(parseLine(broken).objects[0]?.invalidUtf8).toBe(true)
  expect(parseLine(Buffer.from('{"a":"\ufffd"}')).objects[0]?.invalidUtf8).toBe(false)
})

test('every byte of any line is in exactly one object or gap', () => {
  const piece = fc.oneof(
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('{"', '}{', '"', '\\', ' ', '\0', '\ufeff'),
  )
  fc.assert(
    fc.property(fc.array(piece), fc.uint8Array({ maxLength: 4 }), (pieces, bytes) => {
      const line = Buffer.concat([Buffer.from(pieces.join('')), Buffer.from(bytes)])
      const { objects, gaps } = parseLine(line)
      const spans = [...objects, ...gaps].sort((a, b) => a.start - b.start)
      expect([...spans.map(({ start }) => start), line.length]).toEqual([0, ...spans.map(({ end }) => end)])
    }),
    { numRuns: 500 },
  )
})

test('a line that can be skimmed is one object, of the same shape, whatever its bytes are', () => {
  const piece = fc.oneof(
    fc.json().map((json) => Buffer.from(json)),
    fc.string({ unit: 'binary' }).map((text) => Buffer.from(JSON.stringify({ [text]: text }))),
    fc.uint8Array({ maxLength: 4 }).map((bytes) => Buffer.concat([Buffer.from('{"a":"'), bytes, Buffer.from('"}')])),
    fc.constantFrom('\ufeff', '{', '}', '"', '\\', '\u00a0', '\u2028', ' ', '\t').map((text) => Buffer.from(text)),
  )
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 3 }), (pieces) => {
      const line = Buffer.concat(pieces)
      const skimmed = skimLine(line.toString('latin1'))
      if (skimmed === null) return
      const { objects, gaps } = parseLine(line)
      expect({ gaps, places: objects.map(({ start, end }) => [start, end]) }).toEqual({
        gaps: [],
        places: [[0, line.length]],
      })
      const value = objects[0]?.value ?? {}
      if (line.every((byte) => byte < 0x80)) expect(skimmed).toEqual(value)
      for (const [key, inner] of Object.entries(skimmed)) {
        if (/^[\0-\x7f]*$/.test(key)) expect(typeof value[key]).toBe(typeof inner)
      }
    }),
    { numRuns: 2_000 },
  )
})
