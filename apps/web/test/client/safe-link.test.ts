import { expect, test } from 'vitest'
import { toSafeLink } from '../../client/parts/safe-link.ts'

test('pages and letters may be followed', () => {
  expect(toSafeLink('https://example.org/a?b#c')).toBe('https://example.org/a?b#c')
  expect(toSafeLink('http://example.org')).toBe('http://example.org/')
  expect(toSafeLink('mailto:ada@example.org')).toBe('mailto:ada@example.org')
})

test.for([
  'javascript:alert(1)',
  'JaVaScRiPt:alert(1)',
  '\u0001javascript:alert(1)',
  'java\nscript:alert(1)',
  ' javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  'blob:https://example.org/1',
  '//example.org',
  '/relative',
  '',
])('%j is shown as text', (href) => {
  expect(toSafeLink(href)).toBeNull()
})
