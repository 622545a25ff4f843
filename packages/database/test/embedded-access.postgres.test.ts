import { spawnSync } from 'node:child_process'
import { mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { findEmbeddedPostgres } from '../src/embedded/find-embedded-postgres.ts'
import { socketPath } from '../src/embedded/server-address.ts'
import { findServerHome } from '../src/embedded/server-home.ts'
import { openSocketDirectory } from '../src/embedded/socket-directory.ts'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { preparedDirectory, query, SETTINGS, stateDirectory } from './embedded-kit.ts'

const isRoot = process.getuid?.() === 0

async function startedServer() {
  const state = await preparedDirectory()
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  const found = await findEmbeddedPostgres(state.path)
  if (found.state !== 'running') throw new Error(`The server is ${found.state}`)
  const { socketDir } = await findServerHome(state.path)
  return { state, server, readerUrl: found.readerUrl, socket: socketPath({ socketDir, port: server.port }) }
}

test('the socket is in a folder that only the account of the server can enter, and needs no password', async () => {
  const { state, server, socket } = await startedServer()
  await using _ = state
  const { mode, uid } = await stat(join(state.path, 'postgres/socket'))
  expect(mode & 0o777).toBe(0o700)
  expect(uid).toBe((await stat(join(state.path, 'postgres/data'))).uid)
  expect((await stat(socket)).mode & 0o777).toBe(0o700)
  expect(new URL(server.url).password).toBe('')
  expect(await query(server.url, 'select current_user as role')).toEqual([{ role: 'turnlog_owner' }])
  expect(await query(server.url, 'select rolsuper from pg_roles where rolname = current_user')).toEqual([
    { rolsuper: false },
  ])
})

test.each(['turnlog', 'turnlog_owner', 'turnlog_reader'])(
  'TCP lets %s in only as a reader with SCRAM',
  async (role) => {
    const { state, server, readerUrl } = await startedServer()
    await using _ = state
    const password = new URL(readerUrl).password
    const url = `postgresql://${role}:${password}@127.0.0.1:${server.port}`
    if (role === 'turnlog_reader') {
      expect(await query(`${url}/turnlog`, 'select 1 as one')).toEqual([{ one: 1 }])
      const rules = await query(server.superuserUrl, "select auth_method from pg_hba_file_rules where type = 'host'")
      expect(rules).toEqual([{ auth_method: 'scram-sha-256' }, { auth_method: 'reject' }])
    } else {
      await expect(query(`${url}/turnlog`, 'select 1')).rejects.toMatchObject({ code: '28000' })
    }
    await expect(query(`${url}/postgres`, 'select 1')).rejects.toMatchObject({ code: '28000' })
  },
)

test('the reader can read all tables and views, also those that come later, and change nothing', async () => {
  const { state, server, readerUrl } = await startedServer()
  await using _ = state
  await query(server.url, 'create table later (id int); create view seen as select id from later')
  await query(server.url, 'insert into later values (1)')
  expect(await query(readerUrl, 'select id from seen join later using (id)')).toEqual([{ id: 1 }])
  const unlocked = 'set default_transaction_read_only = off; '
  for (const statement of [
    'insert into later values (2)',
    'update later set id = 2',
    'delete from later',
    'truncate later',
    'create table mine (id int)',
    'create temp table mine (id int)',
    'create schema mine',
    'alter table later add column more int',
    "copy (select 1) to program 'true'",
    "select pg_read_file('postmaster.pid')",
    'select lo_create(0)',
    "select lo_from_bytea(0, 'x')",
    'set role turnlog_owner',
    'create role other',
    'create database other',
  ]) {
    await expect(query(readerUrl, unlocked + statement), statement).rejects.toMatchObject({
      code: expect.stringMatching(/^(42501|25006)$/),
    })
  }
  await expect(query(readerUrl, "alter system set log_statement = 'all'")).rejects.toMatchObject({ code: '42501' })
  expect(await query(server.url, 'select id from later')).toEqual([{ id: 1 }])
})

test('data of an older version goes to the owner, and its superuser has no password any more', async () => {
  const { state, server } = await startedServer()
  await using _ = state
  await query(server.superuserUrl, 'comment on database turnlog is null')
  await query(server.superuserUrl, "alter role turnlog password 'known'; create table old (id int)")
  await query(server.superuserUrl, 'create view old_view as select id from old')
  await query(server.superuserUrl, 'create function old_function() returns int language sql return 1')
  await server.stop()
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await query(second.url, 'alter table old add column more int; insert into old values (1, 2)')
  expect(await query(second.url, 'select id, old_function() as one from old_view')).toEqual([{ id: 1, one: 1 }])
  expect(await query(second.superuserUrl, "select rolpassword from pg_authid where rolname = 'turnlog'")).toEqual([
    { rolpassword: null },
  ])
})

test('a state directory whose path is too long for a socket gets a short private folder', async () => {
  await using state = await stateDirectory()
  const stateDir = join(state.path, 'a-very-long-name-of-a-folder'.repeat(4))
  await mkdir(stateDir, { mode: 0o711 })
  const server = await startEmbeddedPostgres({ stateDir, settings: SETTINGS })
  const socketDir = decodeURIComponent(new URL(server.url).hostname)
  try {
    expect(socketDir).toMatch(/\/turnlog-[0-9a-f]{16}$/)
    expect((await stat(socketDir)).mode & 0o777).toBe(0o700)
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
    expect(await findEmbeddedPostgres(stateDir)).toMatchObject({ state: 'running', url: server.url })
  } finally {
    await server.stop()
    await rm(socketDir, { recursive: true })
  }
})

test('a folder of the socket that is a link, or that others can enter, is refused', async () => {
  await using state = await stateDirectory()
  const home = await findServerHome(state.path)
  await mkdir(home.dir)
  await mkdir(join(state.path, 'elsewhere'), { mode: 0o700 })
  await symlink(join(state.path, 'elsewhere'), home.socketDir)
  await expect(openSocketDirectory(home, null)).rejects.toThrow(/is not a folder/)
  await rm(home.socketDir)
  await mkdir(home.socketDir, { mode: 0o755 })
  await expect(openSocketDirectory(home, null)).rejects.toThrow(/other accounts have access to it \(mode 755\)/)
})

test('a running server without its socket is replaced by one that has it', async () => {
  const { state, server, socket } = await startedServer()
  await using _ = state
  await rm(socket)
  const second = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  expect(second.adopted).toBe(false)
  expect(second.pid).not.toBe(server.pid)
  expect(await query(second.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

describe.skipIf(!isRoot)('as root, which can become other accounts (skipped for other accounts)', () => {
  test('another account can neither connect to the socket nor see it', async () => {
    const { state, socket } = await startedServer()
    await using _ = state
    // The program becomes the other account itself, which may not be able to read it where it is installed.
    const become = 'process.setgroups([]); process.setgid(12345); process.setuid(12345); '
    const script = `${become}require('node:net').connect(${JSON.stringify(socket)}).on('connect', () => { console.log('connected'); process.exit() }).on('error', (error) => console.log(error.code))`
    const tried = spawnSync(process.execPath, ['-e', script], { cwd: '/', encoding: 'utf8' })
    expect(tried.stdout.trim()).toBe('EACCES')
    // Root can, so the socket itself is alive.
    const reached = Promise.withResolvers<boolean>()
    const connection = connect(socket, () => reached.resolve(true)).on('error', reached.reject)
    expect(await reached.promise).toBe(true)
    connection.destroy()
  })

  test('a folder that another account made for the socket is refused', async () => {
    await using state = await stateDirectory()
    const home = await findServerHome(state.path)
    await mkdir(home.socketDir, { recursive: true, mode: 0o700 })
    await writeFile(join(home.socketDir, 'theirs'), '')
    const account = { name: 'other', uid: 12_345, gid: 12_345 }
    await expect(openSocketDirectory(home, account)).rejects.toThrow(/belongs to another account \(uid 0\)/)
    expect(await readdir(home.socketDir)).toEqual(['theirs'])
  })
})
