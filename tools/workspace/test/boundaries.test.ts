import { describe, expect, test } from 'vitest'
import { checkBoundaries, forbiddenDependencies, root, workspaceCopy, workspaceProjects } from './boundaries.ts'

// Left to right along the flow, never back. `null` may import everything.
const MAY_IMPORT: Readonly<Record<string, readonly string[] | null>> = {
  '@turnlog/schema': [],
  '@turnlog/config': [],
  '@turnlog/database': ['@turnlog/schema'],
  '@turnlog/writer': ['@turnlog/schema', '@turnlog/database'],
  '@turnlog/watcher': ['@turnlog/schema'],
  '@turnlog/supervisor': [],
  '@turnlog/health': [],
  daemon: null,
  web: ['@turnlog/schema', '@turnlog/config', '@turnlog/database', '@turnlog/health'],
}
const packages = Object.keys(MAY_IMPORT).filter((name) => name.startsWith('@'))
const projects = [...workspaceProjects()]

test('nobody imports what it may not', () => {
  const { ok, output } = checkBoundaries(root)
  expect(ok, output).toBe(true)
})

test('every project has a row in the table', () => {
  expect(Object.keys(MAY_IMPORT)).toEqual(expect.arrayContaining(projects.map(([name]) => name)))
})

describe('a dependency that the table does not allow is found', () => {
  const closed = projects.filter(([name]) => MAY_IMPORT[name] !== null)
  test.each(closed)('in %s', (name, folder) => {
    const forbidden = packages.filter((other) => other !== name && !MAY_IMPORT[name]?.includes(other))
    using copy = workspaceCopy()
    copy.addDependencies(folder, forbidden)
    const { ok, output } = checkBoundaries(copy.dir)
    expect(ok).toBe(false)
    expect(forbiddenDependencies(output)).toEqual(expect.arrayContaining(forbidden))
  })
})

describe('an import is found that goes round the table', () => {
  test.each([
    ["import '@turnlog/writer'", 'cannot import package `@turnlog/writer`'],
    ["import '../writer/index.ts'", 'leaves the package'],
  ])('%s', (source, finding) => {
    using copy = workspaceCopy()
    copy.addSource('packages/watcher/sneaky.ts', source)
    const { ok, output } = checkBoundaries(copy.dir)
    expect(ok).toBe(false)
    expect(output).toContain(finding)
  })
})
