import { expect, test } from 'vitest'
import { ByteText } from '../../src/lines/byte-text.ts'

test('a line has a character for each of its bytes, and the bytes themselves', () => {
  const line = new ByteText(Buffer.from('a\nhé\n')).line(2, 5)
  expect([line.length, line.text, line.bytes.toString()]).toEqual([3, 'h\u00c3\u00a9', 'hé'])
})

test('lines are among ASCII only if no byte of the whole text is anything else', () => {
  expect(new ByteText(Buffer.from('a\nb\n')).line(0, 1).isAmongAscii).toBe(true)
  expect(new ByteText(Buffer.from('a\né\n')).line(0, 1).isAmongAscii).toBe(false)
})
