import { once } from 'node:events'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findEmbeddedPostgres } from '../src/embedded/find-embedded-postgres.ts'
import { emptyIfLarge } from '../src/embedded/server-log.ts'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { preparedDirectory, query, recorder, SETTINGS, stateDirectory } from './embedded-kit.ts'

test('a server is made, found, stopped and started again on the same port', async () => {
  await using state = await stateDirectory()
  const { report, events } = recorder()
  expect(await findEmbeddedPostgres(state.path)).toMatchObject({ state: 'absent' })

  const first = await startEmbeddedPostgres({ stateDir: state.path, report })
  expect(await findEmbeddedPostgres(state.path)).toMatchObject({ state: 'running', url: first.url, pid: first.pid })
  await query(first.url, 'create table kept (id int); insert into kept values (1)')
  await first.stop()
  expect(await first.exited).toEqual({ code: 0, signal: null })
  expect(await findEmbeddedPostgres(state.path)).toMatchObject({ state: 'stopped' })

  const second = await startEmbeddedPostgres({ stateDir: state.path, report })
  expect(second.url).toBe(first.url)
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 1 }])
  await Promise.all([second.stop(), second.stop('immediate')])

  const names = ['initialising', 'initialised', 'started', 'stopped', 'started', 'stopped']
  expect(events.map(({ name }) => name)).toEqual(names)
})

test('a server is durable, private and independent of the system by default', async () => {
  await using state = await stateDirectory()
  const server = await startEmbeddedPostgres({ stateDir: state.path })
  const settings = await query(
    server.url,
    `select name, setting from pg_settings where name in
     ('fsync', 'synchronous_commit', 'full_page_writes', 'data_checksums', 'listen_addresses', 'password_encryption', 'server_encoding') order by name`,
  )
  expect(settings).toEqual([
    { name: 'data_checksums', setting: 'on' },
    { name: 'fsync', setting: 'on' },
    { name: 'full_page_writes', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
    { name: 'password_encryption', setting: 'scram-sha-256' },
    { name: 'server_encoding', setting: 'UTF8' },
    { name: 'synchronous_commit', setting: 'on' },
  ])
  expect(
    await query(server.url, `select datlocprovider, datlocale from pg_database where datname = 'turnlog'`),
  ).toEqual([{ datlocprovider: 'b', datlocale: 'C.UTF-8' }])
  const file = join(state.path, 'postgres/password')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(Buffer.from(await readFile(file, 'utf8'), 'base64url')).toHaveLength(32)
  expect((await stat(join(state.path, 'postgres/data'))).mode & 0o777).toBe(0o700)
  const found = await findEmbeddedPostgres(state.path)
  const readerUrl = found.state === 'running' ? found.readerUrl : ''
  expect(await query(readerUrl, 'select current_user as role')).toEqual([{ role: 'turnlog_reader' }])
  const wrong = readerUrl.replace(/:[^:@]+@/, ':wrong@')
  await expect(query(wrong, 'select 1')).rejects.toMatchObject({ code: '28P01' })
})

test('of several starts at once one starts the server and all use it', async () => {
  await using state = await stateDirectory()
  const starts = Array.from({ length: 3 }, () => startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS }))
  const servers = await Promise.all(starts)
  expect(new Set(servers.map(({ pid }) => pid)).size).toBe(1)
  expect(servers.filter(({ adopted }) => !adopted)).toHaveLength(1)
  for (const { url } of servers) expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect((await readdir(join(state.path, 'postgres'))).filter((name) => /initialising|password-/.test(name))).toEqual(
    [],
  )
})

test('a port that somebody else took is left to them', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await first.stop('immediate')
  await using listener = createServer()
  await once(listener.listen(first.port, '127.0.0.1'), 'listening')
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  expect(second.port).not.toBe(first.port)
})

test('a start that is told to end leaves nothing running and nothing half made', async () => {
  await using state = await stateDirectory()
  const aborting = new AbortController()
  const starting = startEmbeddedPostgres({
    stateDir: state.path,
    signal: aborting.signal,
    report: { initialising: () => setImmediate(() => aborting.abort(new Error('enough'))) },
  })
  await expect(starting).rejects.toThrow()
  const left = await readdir(join(state.path, 'postgres'))
  expect(left).toEqual(['password'])
})

test('the log is bounded while the server runs, and the server goes on writing to it', async () => {
  await using state = await preparedDirectory()
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  const log = join(state.path, 'postgres/server.log')
  await writeFile(log, 'x'.repeat(4096), { flag: 'a' })
  await emptyIfLarge(log, 4096)
  await query(server.url, 'select no_such_function()').catch(() => {})
  expect(await readFile(log, 'utf8')).toMatch(/^\d{4}-.*ERROR: {2}function no_such_function\(\) does not exist.*\n$/)
  expect(await readFile(`${log}.1`, 'utf8')).toContain('xxxx')
})
