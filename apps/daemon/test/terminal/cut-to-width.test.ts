import { expect, test } from 'vitest'
import { cutToWidth, measureWidth } from '../../src/terminal/cut-to-width.ts'

test.each([
  ['fits', 10, 'fits'],
  ['exactly', 7, 'exactly'],
  ['too long', 5, 'too …'],
  ['日本語', 6, '日本語'],
  ['日本語', 5, '日本…'],
  ['👍🏽👍🏽👍🏽', 4, '👍🏽…'],
])('cuts %j to %i columns', (line, columns, cut) => {
  expect(cutToWidth(line, columns)).toBe(cut)
  expect(measureWidth(cut)).toBeLessThanOrEqual(columns)
})

test('a line that is not cut at all is as it was', () => {
  expect(cutToWidth('größer → naïve', Number.POSITIVE_INFINITY)).toBe('größer → naïve')
})
