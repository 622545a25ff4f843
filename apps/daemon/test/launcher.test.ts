import { expect, test } from 'vitest'
import { checkout } from './launcher/checkout.ts'

const BUILDING = 'Building turnlog…\n'

test('the first start builds, says so in one line, and runs', async () => {
  using project = checkout()
  expect(await project.turnlog(['status', '--json'])).toEqual({
    stdout: 'hello status --json\n',
    stderr: BUILDING,
    code: 0,
  })
})

test('the next start says nothing and only runs', async () => {
  using project = checkout()
  await project.turnlog([])
  expect(await project.turnlog(['again'])).toEqual({ stdout: 'hello again\n', stderr: '', code: 0 })
})

test('a changed source is built before it runs, even one that is older than the build', async () => {
  using project = checkout()
  await project.turnlog([])
  project.write('packages/words/src/greeting.ts', "export const greeting = 'good evening'")
  project.makeOlder('packages/words/src/greeting.ts')
  expect(await project.turnlog([])).toEqual({ stdout: 'good evening\n', stderr: BUILDING, code: 0 })
})

test('changed dependencies are a reason to build', async () => {
  using project = checkout()
  await project.turnlog([])
  project.write('pnpm-lock.yaml', 'changed')
  expect((await project.turnlog([])).stderr).toBe(BUILDING)
})

test('a build that fails shows why, and nothing old is run in its place', async () => {
  using project = checkout()
  await project.turnlog([])
  project.remove('packages/words/src/greeting.ts')
  const { stdout, stderr, code } = await project.turnlog([])
  expect(stdout).toBe('')
  expect(stderr).toContain('greeting.ts')
  expect(stderr).toMatch(/turnlog could not be built; what the build said is above\.\n$/)
  expect(code).toBe(1)
})

test('of two starts at once one builds, and both run', async () => {
  using project = checkout()
  const both = await Promise.all([project.turnlog(['one']), project.turnlog(['two'])])
  expect(both.map(({ stdout }) => stdout)).toEqual(['hello one\n', 'hello two\n'])
  expect(both.map(({ stderr }) => stderr).join('')).toBe(BUILDING)
})

test('a build that was killed keeps nobody waiting', async () => {
  using project = checkout()
  project.write('apps/daemon/node_modules/.building', String(2 ** 30))
  expect((await project.turnlog([])).stdout).toBe('hello\n')
})

test('a Node that is too old is told what is needed', async () => {
  using project = checkout()
  const pretend = "Object.defineProperty(process, 'versions', { value: { node: '20.20.2' } })"
  const { stderr, code } = await project.turnlog(
    [],
    ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`],
  )
  expect(stderr).toContain('turnlog needs Node 24.12 or newer, and this is 20.20.2')
  expect(stderr).toContain('npx pnpm@12 turnlog')
  expect(code).toBe(1)
})

test('what is not installed yet is said so', async () => {
  using project = checkout()
  project.remove('apps/daemon/node_modules')
  const { stderr, code } = await project.turnlog([])
  expect(stderr).toContain('Run: npx pnpm@12 install')
  expect(code).toBe(1)
})
