import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventKey } from '../src/index.ts'

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
