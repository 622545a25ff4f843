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

  test('repairs a value nested two hundred thousand times', () => {
    const depth = 200_000
    const json = `${'{"a":'.repeat(depth)}"x\\u0000"${'}'.repeat(depth)}`
    const { value, repairs } = cleanText(JSON.parse(json) as unknown)
    let inner = value
    for (let level = 0; level < depth; level++) inner = (inner as { readonly a: unknown }).a
    expect(inner).toBe('x\u2400')
    expect(repairs).toMatchObject([{ nul: 1, lone_surrogate: 0 }])
  })

  test('counts millions of characters that cannot be stored', () => {
    const { value, repairs } = cleanText(`${'\0'.repeat(3_000_000)}${'\ud800'.repeat(2_000_000)}🌱`)
    expect(value).toBe(`${'\u2400'.repeat(3_000_000)}${'\ufffd'.repeat(2_000_000)}🌱`)
    expect(repairs).toEqual([{ path: '', nul: 3_000_000, lone_surrogate: 2_000_000 }])
  })

  test('lists the first hundred repairs, and sums up the others', () => {
    const { repairs } = cleanText(Array.from({ length: 250 }, () => '\0\0'))
    expect(repairs).toHaveLength(101)
    expect(repairs.at(-1)).toEqual({ path: '(others)', nul: 300, lone_surrogate: 0 })
  })

  test('keeps a key named __proto__', () => {
    const { value } = cleanText(JSON.parse('{"__proto__":{"x":"\\u0000"}}') as object)
    expect(JSON.stringify(value)).toBe('{"__proto__":{"x":"\u2400"}}')
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
