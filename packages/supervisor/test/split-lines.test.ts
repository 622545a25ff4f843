import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createLineSplitter } from '../src/split-lines.ts'

function split(chunks: readonly Uint8Array[], maxBytes = 1_000) {
  const lines: string[] = []
  const cuts: { readonly text: string; bytes: number }[] = []
  const splitter = createLineSplitter(maxBytes, {
    line: (text, cut) => (cut ? cuts.push({ text, bytes: 0 }) : lines.push(text)),
    cut: (bytes) => Object.assign(cuts.at(-1) as object, { bytes }),
  })
  for (const chunk of chunks) splitter.push(chunk)
  splitter.end()
  return { lines, cuts }
}

function pieces(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const edges = [0, ...at.map((edge) => edge % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  return edges.slice(1).map((edge, index) => bytes.slice(edges[index], edge))
}

describe('split lines', () => {
  test('lines do not depend on where the reads fall', () => {
    const text = fc.string({ unit: 'binary' }).filter((line) => !/[\r\n]/.test(line) && line.isWellFormed())
    fc.assert(
      fc.property(fc.array(text), fc.array(fc.nat()), (lines, at) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
        expect(split(pieces(bytes, at)).lines).toEqual(lines)
      }),
    )
  })

  test('a last line without newline is given at the end', () => {
    expect(split([Buffer.from('one\r\n\ntwo')]).lines).toEqual(['one', '', 'two'])
  })

  test('a line of exactly the allowed length is whole, one byte more is cut and counted', () => {
    expect(split([Buffer.from('12345\n123456\n12345678')], 5)).toEqual({
      lines: ['12345'],
      cuts: [
        { text: '12345', bytes: 1 },
        { text: '12345', bytes: 3 },
      ],
    })
  })

  test('a cut tears no character', () => {
    expect(split([Buffer.from('aé€😀')], 4).cuts[0]?.text).toBe('aé')
    expect(split([Buffer.from('aé€😀')], 6).cuts[0]?.text).toBe('aé€')
    expect(split([Buffer.from('aé€😀')], 8).cuts[0]?.text).toBe('aé€')
  })

  test('every byte is in a line or counted as left out', () => {
    const lengths = fc.array(fc.nat(40), { maxLength: 20 })
    fc.assert(
      fc.property(lengths, fc.array(fc.nat()), (given, at) => {
        const bytes = Buffer.from(given.map((length) => `${'x'.repeat(length)}\n`).join(''))
        const { lines, cuts } = split(pieces(bytes, at), 16)
        const whole = lines.reduce((sum, line) => sum + line.length, 0)
        const counted = cuts.reduce((sum, { text, bytes }) => sum + text.length + bytes, 0)
        expect(whole + counted).toBe(given.reduce((sum, length) => sum + length, 0))
        expect(lines.length + cuts.length).toBe(given.length)
      }),
    )
  })

  test('bytes that are not UTF-8 become replacement characters', () => {
    expect(split([Uint8Array.of(0x61, 0xff, 0xfe, 0x0a, 0x62, 0x0a)]).lines).toEqual(['a\ufffd\ufffd', 'b'])
  })

  test('a chunk may be reused after it was pushed', () => {
    const lines: string[] = []
    const splitter = createLineSplitter(100, { line: (text) => lines.push(text), cut: () => {} })
    const chunk = Buffer.from('kept')
    splitter.push(chunk)
    chunk.fill('!')
    splitter.end()
    expect(lines).toEqual(['kept'])
  })
})
