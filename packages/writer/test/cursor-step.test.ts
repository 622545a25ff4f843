import fc from 'fast-check'
import { expect, test } from 'vitest'
import { joinSteps, toCursorStep } from '../src/batch/cursor-step.ts'
import { segment, turns } from './support/events.ts'

const step = (from: number, entries: number, generation = 0) =>
  toCursorStep(segment(turns(entries), { from, generation }))

test('two steps that touch make one from the first’s beginning to the second’s end', () => {
  expect(joinSteps(step(0, 2), step(20, 3))).toMatchObject({
    from_offset: 0,
    committed_offset: 50,
    delivered_bytes: 50,
  })
})

test('two steps that do not touch cannot be joined', () => {
  expect(joinSteps(step(0, 2), step(30, 1))).toBeNull()
  expect(joinSteps(step(0, 2, 1), step(20, 1, 0))).toBeNull()
  expect(joinSteps(step(0, 2, 0), step(20, 1, 1))).toBeNull()
})

test('joining any number of steps accounts for every byte', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 }), { minLength: 1, maxLength: 10 }), (lengths) => {
      let joined = step(0, lengths[0] ?? 0)
      for (const length of lengths.slice(1)) joined = joinSteps(joined, step(joined.committed_offset, length)) ?? joined
      const bytes = lengths.reduce((total, length) => total + length * 10, 0)
      expect([joined.from_offset, joined.committed_offset, joined.delivered_bytes]).toEqual([0, bytes, bytes])
    }),
  )
})
