import { chmod, chown, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findEmbeddedPostgres } from '../src/embedded/find-embedded-postgres.ts'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { preparedDirectory, query, SETTINGS, stateDirectory } from './embedded-kit.ts'

const isRoot = process.getuid?.() === 0

test('data of another major version is refused and left alone', async () => {
  await using state = await preparedDirectory()
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await server.stop('immediate')
  const versionFile = join(state.path, 'postgres/data/PG_VERSION')
  await writeFile(versionFile, '17\n')
  await expect(startEmbeddedPostgres({ stateDir: state.path })).rejects.toMatchObject({
    name: 'EmbeddedPostgresVersionError',
    found: '17',
    supported: '18',
  })
  expect(await readFile(versionFile, 'utf8')).toBe('17\n')
})

test('a folder that is no data directory is refused', async () => {
  await using state = await stateDirectory()
  const dataDir = join(state.path, 'postgres/data')
  await mkdir(dataDir, { recursive: true })
  await writeFile(join(dataDir, 'holiday.jpg'), '')
  // A folder of root's is refused before that, by its owner.
  await expect(startEmbeddedPostgres({ stateDir: state.path })).rejects.toMatchObject({
    name: 'EmbeddedPostgresAccessError',
    path: dataDir,
  })
})

test('a server that cannot start says why, with the end of its log as the cause', async () => {
  await using state = await preparedDirectory()
  const starting = startEmbeddedPostgres({ stateDir: state.path, settings: { ...SETTINGS, shared_buffers: 'plenty' } })
  await expect(starting).rejects.toMatchObject({
    name: 'EmbeddedPostgresStartError',
    cause: { message: expect.stringContaining('invalid value for parameter "shared_buffers": "plenty"') },
  })
})

test('a lost password of the reader is made again for the data that is there', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await query(first.url, 'create table kept (id int)')
  const before = await readerUrl(state.path)
  await first.stop()
  await rm(join(state.path, 'postgres/password'))
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  expect(second.url).toBe(first.url)
  expect(await readerUrl(state.path)).not.toBe(before)
  expect(await query(await readerUrl(state.path), 'select id from kept')).toEqual([])
})

test('a password of the reader that was changed on file is given to a running server that is taken over', async () => {
  await using state = await preparedDirectory()
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await writeFile(join(state.path, 'postgres/password'), 'something-else\n')
  const second = await startEmbeddedPostgres({ stateDir: state.path })
  expect(second).toMatchObject({ adopted: true, pid: server.pid })
  expect(await readerUrl(state.path)).toContain(':something-else@')
  expect(await query(await readerUrl(state.path), 'select 1 as one')).toEqual([{ one: 1 }])
})

test.each<[string, (home: string) => Promise<void>]>([
  ['others can write to it', (home) => chmod(home, 0o777)],
  ['its group can write to it', (home) => chmod(home, 0o770)],
])('a folder of the server is refused if %s', async (_, change) => {
  await using state = await preparedDirectory()
  const home = join(state.path, 'postgres')
  await change(home)
  const refusal = { name: 'EmbeddedPostgresAccessError', message: expect.stringMatching(/other accounts have access/) }
  await expect(startEmbeddedPostgres({ stateDir: state.path })).rejects.toMatchObject(refusal)
  await expect(findEmbeddedPostgres(state.path)).rejects.toMatchObject(refusal)
  await chmod(home, 0o711)
})

describe.skipIf(!isRoot)('as root, which can make files of other accounts (skipped for other accounts)', () => {
  test('a folder of the server that another account made is refused', async () => {
    await using state = await stateDirectory()
    const home = join(state.path, 'postgres')
    await mkdir(home, { mode: 0o711 })
    await writeFile(join(home, 'password'), 'known\n')
    await chown(home, 65_534, 65_534)
    await expect(startEmbeddedPostgres({ stateDir: state.path })).rejects.toMatchObject({
      name: 'EmbeddedPostgresAccessError',
      message: expect.stringMatching(/belongs to another account \(uid 65534\)/),
    })
    expect(await readdir(home)).toEqual(['password'])
    await chown(home, 0, 0)
  })
})

test('links in the folder of the server are not followed to files that have nothing to do with it', async () => {
  await using state = await preparedDirectory()
  const precious = join(state.path, 'precious')
  await writeFile(precious, 'mine\n')
  const log = join(state.path, 'postgres/server.log')
  await rm(log, { force: true })
  await symlink(precious, log)
  await expect(startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })).rejects.toMatchObject({
    name: 'EmbeddedPostgresAccessError',
    path: log,
  })
  expect(await readFile(precious, 'utf8')).toBe('mine\n')
})

async function readerUrl(stateDir: string): Promise<string> {
  const found = await findEmbeddedPostgres(stateDir)
  if (found.state !== 'running') throw new Error(`The server is ${found.state}`)
  return found.readerUrl
}
