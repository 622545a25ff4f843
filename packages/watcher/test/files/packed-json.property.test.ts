import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packJson, unpackJson } from '../../src/files/packed-json.ts'

test('whatever is packed comes back byte for byte', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const text = JSON.stringify(JSON.parse(json))
      expect(unpackJson(packJson(text))).toBe(text)
    }),
  )
})

test('states of more values than can be numbered come back, too', () => {
  const text = JSON.stringify({ said: Array.from({ length: 1_000 }, (_, index) => `uuid "${index}"`), ordinal: 1e21 })
  expect(unpackJson(packJson(text))).toBe(text)
})

test('states of one kind share all but their values, and a value that comes again is kept once', () => {
  const stateOf = (session: string) => JSON.stringify({ session, clock: { session, ended: false } })
  const [one, other] = [packJson(stateOf('5f0c')), packJson(stateOf('77aa'))]
  expect(one).toEqual({ shape: other.shape, values: '"5f0c"' })
})

test('a text of tens of megabytes comes back as it is', () => {
  for (const text of ['x', '\\', '"', '🌱'].map((unit) => JSON.stringify({ a: 1, text: unit.repeat(10_000_000) }))) {
    expect(unpackJson(packJson(text)) === text).toBe(true)
  }
})
