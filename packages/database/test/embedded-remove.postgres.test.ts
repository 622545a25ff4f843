import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readOsProcess } from '../src/embedded/os-process.ts'
import { removeEmbeddedPostgres } from '../src/embedded/remove-embedded-postgres.ts'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { preparedDirectory, SETTINGS, stateDirectory } from './embedded-kit.ts'

test('a server that still runs is stopped and removed with all its files', async () => {
  await using state = await preparedDirectory()
  const { pid } = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await removeEmbeddedPostgres(state.path)
  expect(await readOsProcess(pid)).toSatisfy((found) => found === null || found.zombie)
  expect(await readdir(state.path)).toEqual(['owner'])
  await removeEmbeddedPostgres(state.path)
})

test('nothing is left in a folder for short paths', async () => {
  await using state = await stateDirectory()
  const stateDir = join(state.path, 'a-very-long-name-of-a-folder'.repeat(4))
  await mkdir(stateDir, { mode: 0o711 })
  const server = await startEmbeddedPostgres({ stateDir, settings: SETTINGS })
  const socketDir = decodeURIComponent(new URL(server.url).hostname)
  await server.stop()
  await removeEmbeddedPostgres(stateDir)
  await expect(stat(socketDir)).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await readdir(stateDir)).toEqual([])
})

test('a folder that only a planted file names is not removed', async () => {
  await using state = await stateDirectory()
  const precious = join(state.path, 'precious')
  await mkdir(join(precious, 'data'), { recursive: true })
  await mkdir(join(state.path, 'postgres'))
  await writeFile(join(state.path, 'postgres/location'), `${precious}\n`)
  await expect(removeEmbeddedPostgres(state.path)).rejects.toMatchObject({
    name: 'EmbeddedPostgresAccessError',
    path: join(state.path, 'postgres/location'),
  })
  expect(await readdir(precious)).toEqual(['data'])
  await rm(join(state.path, 'postgres/location'))
})
