import { expect, test } from 'vitest'
import { parseSince } from '../../src/tail/parse-span.ts'

const NOW = Date.parse('2026-05-01T10:00:00Z')

test.each([
  ['90s', '2026-05-01T09:58:30Z'],
  ['10m', '2026-05-01T09:50:00Z'],
  ['2h', '2026-05-01T08:00:00Z'],
  ['3d', '2026-04-28T10:00:00Z'],
  ['2026-04-30T12:00:00Z', '2026-04-30T12:00:00Z'],
])('takes %s', (text, moment) => {
  expect(parseSince(text, NOW)).toBe(Date.parse(moment))
})

test.each(['', 'soon', '10', '-5m', '10 m', '2026-13-40'])('refuses %j', (text) => {
  expect(parseSince(text, NOW)).toBeNull()
})
