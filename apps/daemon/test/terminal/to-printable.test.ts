import fc from 'fast-check'
import { expect, test } from 'vitest'
import { toPrintable, toPrintableLine } from '../../src/terminal/to-printable.ts'

test('takes escape sequences away, and shows what is left of controls as pictures', () => {
  expect(toPrintable('\u001b[31mred\u001b[0m')).toBe('red')
  expect(toPrintable('\u001b]0;new title\u0007text')).toBe('text')
  expect(toPrintable('bell\u0007 back\u0008 half \u001b')).toBe('bell\u2407 back\u2408 half \u241b')
  expect(toPrintable('\u009b31m')).not.toContain('\u009b')
})

test('keeps lines lines, and joins them where one is wanted', () => {
  expect(toPrintable('a\r\nb\rc\u2028d')).toBe('a\nb\nc\nd')
  expect(toPrintableLine(' a\n\n  b\tc ')).toBe('a b  c')
})

test('lets nothing reverse the line or hide in it', () => {
  expect(toPrintable('safe\u202egnp.exe\u202c \u200bzero\ufeff')).toBe('safegnp.exe zero')
})

test('leaves words of all scripts as they are', () => {
  const text = 'größer → naïve 日本語 مرحبا 👍🏽'
  expect(toPrintable(text)).toBe(text)
})

test('lets no control through, whatever the text', () => {
  const hostile = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u001b[', '\u001b]52;c;', '\u009d', '\u0007', '\r', '\u001bP', '\\'),
    ),
  )
  fc.assert(
    fc.property(hostile, (parts) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
      expect(toPrintable(parts.join(''))).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/)
    }),
  )
})
