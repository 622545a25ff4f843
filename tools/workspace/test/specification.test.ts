import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root } from './boundaries.ts'

const page = readFileSync(join(root, 'docs/specification.md'), 'utf8')

test('every path that the page of the specification names exists', () => {
  const paths = [...page.matchAll(/`((?:packages|apps|tools)\/[^` *]+)`/g)].map(([, path = '']) => path)
  expect(paths.length).toBeGreaterThan(100)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('every test that the page of the specification quotes exists', () => {
  // As in: `packages/x/test/y.test.ts`: “one title”, “another”
  const quotes = [...page.matchAll(/`([^`]+\.test\.ts)`: ((?:“[^”]+”(?:, )?)+)/g)].flatMap(
    ([, path = '', titles = '']) => [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ path, title })),
  )
  expect(quotes.length).toBeGreaterThan(80)
  expect(quotes.filter(({ path, title }) => !sourceOf(path).includes(title))).toEqual([])
})

function sourceOf(path: string): string {
  return existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''
}
