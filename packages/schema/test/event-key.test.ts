import fc from 'fast-check'
import { expect, test } from 'vitest'
import { portableKey } from '../src/event-key.ts'
import { eventKey } from '../src/index.ts'
import { nativeHash } from '../src/native-hash.ts'

test('is a UUID of version 5, and stays what it is: rows out there carry it', () => {
  expect(eventKey('turn_detected', ['claude_code', 'session', 'entry'])).toBe('100567a9-d21a-5e03-9ec3-61c31fff4d5c')
})

test('tells different things apart, however their parts are cut', () => {
  const thing = fc.tuple(fc.string(), fc.array(fc.string()))
  fc.assert(
    fc.property(thing, thing, ([typeA, partsA], [typeB, partsB]) => {
      const same = JSON.stringify([typeA, partsA]) === JSON.stringify([typeB, partsB])
      expect(eventKey(typeA, partsA) === eventKey(typeB, partsB)).toBe(same)
    }),
  )
  expect(eventKey('a', ['b', 'c'])).not.toBe(eventKey('a', ['bc']))
})

test('is the same key in a browser, which has no hash function of its own', () => {
  expect(nativeHash).not.toBeNull()
  const parts = fc.array(fc.oneof(fc.uuid(), fc.string({ unit: 'binary', maxLength: 1_500 })))
  fc.assert(
    fc.property(fc.string(), parts, (type, parts) => {
      expect(eventKey(type, parts)).toBe(portableKey(JSON.stringify([type, ...parts])))
    }),
  )
  const name = (length: number) => ['€'.repeat(length)]
  for (const length of [980, 990, 995, 996, 997, 998, 999, 1_000, 2_000]) {
    expect(eventKey('', name(length))).toBe(portableKey(JSON.stringify(['', ...name(length)])))
  }
})
