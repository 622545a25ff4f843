import { expect, test } from 'vitest'
import { toCursorStep } from '../src/batch/cursor-step.ts'
import { PlanEra } from '../src/batch/plan-era.ts'
import { writeSegments } from '../src/batch/statements.ts'
import { segment } from './support/events.ts'

const begun = toCursorStep(segment([]))
const continued = toCursorStep(segment([], { from: 10 }))

test('a new plan is made each time that the number of files has doubled, and not for files that go on', () => {
  const era = new PlanEra()
  const eras = Array.from({ length: 12 }, () => {
    era.count([...Array.from({ length: 64 }, () => begun), continued])
    return era.current
  })
  expect(eras).toEqual([1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3])
})

test('each era has a statement of its own', () => {
  expect(writeSegments(0)).toBe(writeSegments(0))
  expect(writeSegments(0)).not.toBe(writeSegments(1))
})
