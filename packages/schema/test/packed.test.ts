import { expect, test } from 'vitest'
import { scratchProject } from './packed/scratch-project.ts'

const NO_NETWORK = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT|ENOTCACHED/

test('packed, the package serves a project of its own, with types, in Node and for a browser', {
  timeout: 180_000,
}, async (context) => {
  await using project = await scratchProject()
  try {
    await project.install()
  } catch (error) {
    if (NO_NETWORK.test(String(error))) context.skip('npm cannot reach the registry, so nothing can be installed')
    throw error
  }
  const node = ['--module', 'nodenext', '--target', 'es2022']
  const browser = ['--module', 'esnext', '--moduleResolution', 'bundler', '--lib', 'es2022,dom', '--noEmit']
  expect(await project.typecheck(browser)).toBe('')
  expect(await project.typecheck(node)).toBe('')
  expect(await project.run('consumer.js')).toEqual({ actor: 'user', types: 5, schema: 'function' })
})
