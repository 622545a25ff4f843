import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { preparedDirectory, query, recorder, SETTINGS, stateDirectory } from './embedded-kit.ts'

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

test('a lost password is made anew for the data that is there', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await query(first.url, 'create table kept (id int)')
  await first.stop()
  await rm(join(state.path, 'postgres/password'))
  const { report, events } = recorder()
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS, report })
  expect(second.url).not.toBe(first.url)
  expect(await query(second.url, 'select id from kept')).toEqual([])
  expect(events.map(({ name }) => name)).toContain('passwordReset')
})

test('a running server that does not take the password on file is not touched', async () => {
  await using state = await preparedDirectory()
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await writeFile(join(state.path, 'postgres/password'), 'something-else\n')
  await expect(startEmbeddedPostgres({ stateDir: state.path })).rejects.toMatchObject({
    name: 'EmbeddedPostgresOccupiedError',
    pid: server.pid,
  })
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
})
