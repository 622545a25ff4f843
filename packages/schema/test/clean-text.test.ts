import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanText, isStorableText } from '../src/index.ts'

describe('cleanText', () => {
  test('leaves a value that can be stored untouched, down to its identity', () => {
    const value = { text: 'grün 🌱', list: [1, null, { deep: true }] }
    expect(cleanText(value).value).toBe(value)
  })

  test('repairs strings and keys at any depth, and says where', () => {
    const { value, repairs } = cleanText({ list: [{ 'a\0': '\udc00x\0\0' }] })
    expect(value).toEqual({ list: [{ 'a\u2400': '\ufffdx\u2400\u2400' }] })
    expect(repairs).toEqual([
      { path: 'list.0.a\u2400 (key)', nul: 1, lone_surrogate: 0 },
      { path: 'list.0.a\u2400', nul: 2, lone_surrogate: 1 },
    ])
  })

  test('takes a text about escapes for what it is', () => {
    expect(cleanText('\\u0000 \\ud83d').repairs).toEqual([])
  })

  test('makes whatever JSON holds storable, and changes nothing the second time', () => {
    const strings = fc.string({
      unit: fc.oneof(fc.string({ unit: 'binary', maxLength: 2 }), fc.constantFrom('\0', '\ud800', '\udfff')),
    })
    const json = fc.jsonValue({ stringUnit: 'binary' })
    fc.assert(
      fc.property(fc.dictionary(strings, fc.oneof(strings, json)), (value) => {
        const once = cleanText(value).value
        expect(isStorableText(JSON.stringify(once).replaceAll(/\\u(?:0000|d[89a-f]..)/gi, '\0'))).toBe(true)
        expect(cleanText(once).repairs).toEqual([])
      }),
    )
  })
})
