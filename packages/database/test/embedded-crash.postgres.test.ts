import { spawn } from 'node:child_process'
import { chown, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { installedBinaries } from '../src/embedded/binaries.ts'
import { launchServer } from '../src/embedded/launch-server.ts'
import { readOsProcess } from '../src/embedded/os-process.ts'
import { readPostmasterFile } from '../src/embedded/postmaster-file.ts'
import { resolveServerAccount } from '../src/embedded/server-account.ts'
import { findServerHome } from '../src/embedded/server-home.ts'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { preparedDirectory, query, recorder, SETTINGS, startOwner, stateDirectory, waitFor } from './embedded-kit.ts'

test('a server whose owner was killed is adopted as it is', async () => {
  await using state = await preparedDirectory()
  await using owner = startOwner(state.path)
  const { pid, url } = await owner.reported('running')
  await query(url, 'create table kept (id int); insert into kept values (1)')
  await owner.kill()

  const { report, events } = recorder()
  const server = await startEmbeddedPostgres({ stateDir: state.path, report })
  expect(server).toMatchObject({ adopted: true, pid, url })
  expect(await query(server.url, 'select id from kept')).toEqual([{ id: 1 }])
  await server.stop()
  await server.exited
  expect(events.map(({ name }) => name)).toEqual(['adopted', 'stopped'])
  expect(await readOsProcess(pid)).toSatisfy((found) => found === null || found.zombie)
})

test('a server that was killed starts again with every committed row', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path })
  await query(first.url, 'create table kept (id int)')
  await query(first.url, 'insert into kept select generate_series(1, 1000)')
  process.kill(first.pid, 'SIGKILL')
  expect(await first.exited).toEqual({ code: null, signal: 'SIGKILL' })

  const second = await startEmbeddedPostgres({ stateDir: state.path })
  expect(second).toMatchObject({ adopted: false, url: first.url })
  expect(await query(second.url, 'select count(*)::int as rows from kept')).toEqual([{ rows: 1000 }])
})

test('children of a killed server that still compute are ended before the next start', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  // Deep in a computation, a backend does not notice that its server is gone.
  const busy = query(first.url, 'select count(*) from generate_series(1, 1e10::bigint)').catch(() => {})
  const backends = `select pid from pg_stat_activity where query like '%generate_series%' and pid <> pg_backend_pid()`
  await waitFor(async () => (await query(first.url, backends)).length > 0)
  process.kill(first.pid, 'SIGKILL')

  const { report, events } = recorder()
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS, report })
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(events.some(({ name, facts }) => name === 'retrying' && facts.reason === 'memory_in_use')).toBe(true)
  await busy
})

test('an initialisation that was killed is no hindrance, and is cleared away', async () => {
  await using state = await stateDirectory()
  await using owner = startOwner(state.path)
  await owner.reported('initialising')
  const home = join(state.path, 'postgres')
  const unfinished = await waitFor(async () => (await readdir(home)).find((name) => name.startsWith('initialising')))
  await waitFor(() => stat(join(home, unfinished, 'data/base/1')).catch(() => null))
  await owner.kill()
  expect(await readdir(home)).not.toContain('data')

  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await waitFor(async () => (await readdir(home)).every((name) => !name.startsWith('initialising')))
})

test('a stale lock with the pid of a living stranger neither blocks the start nor harms the stranger', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  const home = await findServerHome(state.path)
  const lockFile = join(home.dataDir, 'postmaster.pid')
  const lock = await readFile(lockFile, 'utf8')
  await first.stop()

  // Under the server's own account, because postgres believes any living process of that account.
  const { uid, gid } = await stat(home.dataDir)
  using stranger = spawn('sleep', ['60'], process.getuid?.() === 0 ? { uid, gid } : {})
  await writeFile(lockFile, lock.replace(/^\d+/, String(stranger.pid)), { mode: 0o600 })
  await chown(lockFile, uid, gid)
  const account = await resolveServerAccount(home.dataDir)
  const address = { socketDir: home.socketDir, port: first.port }
  const options = { home, account, binaries: await installedBinaries(), address, settings: SETTINGS }
  expect(await launchServer({ ...options, stranger: null })).toMatchObject({ ok: false, failure: 'lock_held' })

  const { report, events } = recorder()
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS, report })
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(events[0]).toEqual({ name: 'staleLock', facts: { pid: stranger.pid } })
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
})

test('a lock with the pid of a dead process is judged by postgres itself', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  const lockFile = join(state.path, 'postgres/data/postmaster.pid')
  process.kill(first.pid, 'SIGKILL')
  await first.exited
  expect(await readFile(lockFile, 'utf8')).toContain(String(first.pid))
  const { report, events } = recorder()
  await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS, report })
  expect(events.map(({ name }) => name)).not.toContain('staleLock')
})

test('a server that is going down is waited out', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  const stopping = first.stop('fast')
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await stopping
  expect(second.pid).not.toBe(first.pid)
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a server that waits for its clients to leave is hurried by the next start', async () => {
  await using state = await preparedDirectory()
  const first = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  const staying = query(first.url, 'select pg_sleep(60)').catch(() => {})
  const asleep = `select pid from pg_stat_activity where wait_event = 'PgSleep'`
  await waitFor(async () => (await query(first.url, asleep)).length > 0)
  process.kill(first.pid, 'SIGTERM')
  await waitFor(async () => (await readPostmasterFile(join(state.path, 'postgres/data')))?.status === 'stopping')
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  expect(second.pid).not.toBe(first.pid)
  await staying
})

test('a server that was stopped in its tracks goes on, and ends in order', async () => {
  await using state = await preparedDirectory()
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  process.kill(server.pid, 'SIGSTOP')
  await server.stop()
  expect(await server.exited).toEqual({ code: 0, signal: null })
})

test('a server that waits for children stopped in their tracks is ended all the same, and they with it', async () => {
  await using state = await preparedDirectory()
  const server = await startEmbeddedPostgres({
    stateDir: state.path,
    settings: SETTINGS,
    stopTimeoutMs: 100,
    immediateTimeoutMs: 100,
  })
  const [walwriter] = await query<{ pid: number }>(
    server.superuserUrl,
    "select pid from pg_stat_activity where backend_type = 'walwriter'",
  )
  const pid = walwriter?.pid as number
  process.kill(pid, 'SIGSTOP')
  await server.stop()
  expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' })
  await waitFor(async () => (await readOsProcess(pid))?.zombie ?? true)
})
