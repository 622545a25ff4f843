import { expect, test } from 'vitest'
import { formatPreview } from '../../client/format/format-preview.ts'

test('a preview has the words of a text, without its marks', () => {
  expect(formatPreview('# Done\n\n**All** `48` tests pass; see [the notes](https://example.org).')).toBe(
    'Done All 48 tests pass; see the notes.',
  )
})

test('a table becomes its cells', () => {
  expect(formatPreview('| test | after |\n|---|:-:|\n| two | passes |')).toBe('test · after two · passes')
})

test('of a block of code the code stays', () => {
  expect(formatPreview('Look:\n```ts\nconst snake_case = 1\n```')).toBe('Look: const snake_case = 1')
})

test('what is no Markdown stays as it is', () => {
  expect(formatPreview('<script>alert(1)</script> a_b 2 * 3')).toBe('<script>alert(1)</script> a_b 2 * 3')
})

// With a pattern that backtracks without limit, this would not end before the test's timeout.
test('a preview of repeated marks ends', () => {
  for (const text of ['|'.repeat(300), '- '.repeat(150), '['.repeat(300), ' '.repeat(300), '>'.repeat(300)])
    expect(formatPreview(text)).toBeTypeOf('string')
})
