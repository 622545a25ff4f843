import { expect, test } from 'vitest'
import { formatLine } from '../../src/logging/terminal-output.ts'

const line = (level: number, msg: string, more: object = {}) =>
  JSON.stringify({ level, time: new Date(2026, 4, 1, 9, 5, 7).toISOString(), process: 'watcher', ...more, msg })

test('shows a line of the log as a sentence, without its facts', () => {
  expect(formatLine(line(30, 'watching 3 files', { files: 3 }), false)).toBe('09:05:07  watching 3 files')
})

test('lets what is not well stand out', () => {
  expect(formatLine(line(40, 'write failed'), false)).toBe('09:05:07  ! write failed')
  expect(formatLine(line(50, 'the database is gone', { err: { stack: 'at…' } }), false)).toBe(
    '09:05:07  ✗ the database is gone',
  )
})

test('lets no path or message write to the terminal', () => {
  expect(formatLine(line(40, 'cannot read /a\u001b[2J\nb'), false)).toBe('09:05:07  ! cannot read /a b')
})
