import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readOsProcess } from '../src/embedded/os-process.ts'
import { freshDatabase, ownServer } from '../src/testing/index.ts'
import { sweepThrowawayDirectories } from '../src/testing/throwaway-directory.ts'
import { query, startOwner, waitFor } from './embedded-kit.ts'

test('fresh databases are migrated, empty and apart from each other', async () => {
  await using one = await freshDatabase()
  await using other = await freshDatabase()
  await query(one.url, 'create table mine (id int)')
  await expect(query(other.url, 'select * from mine')).rejects.toMatchObject({ code: '42P01' })
  expect(await one.db.selectFrom('events').selectAll().execute()).toEqual([])
})

test('a fresh database is gone afterwards, whoever is still connected', async () => {
  const database = await freshDatabase()
  const sleeping = query(database.url, 'select pg_sleep(60)')
  const ended = expect(sleeping).rejects.toThrow()
  const count = `select count(*)::int as n from pg_stat_activity where query like '%pg_sleep%' and datname = '${database.name}' and pid <> pg_backend_pid()`
  await waitFor(async () => (await query<{ n: number }>(database.url, count))[0]?.n === 1)
  await database[Symbol.asyncDispose]()
  await ended
  await expect(query(database.url, 'select 1')).rejects.toMatchObject({ code: '3D000' })
})

test('a database without tables is to be had too', async () => {
  await using database = await freshDatabase({ migrated: false })
  expect(await query(database.url, `select * from pg_tables where schemaname = 'public'`)).toEqual([])
})

test('a server of its own can crash and come back under the same url, and leaves nothing behind', async () => {
  const server = await ownServer({ migrated: false })
  await query(server.url, 'create table kept (id int); insert into kept values (1)')
  await server.crash()
  await expect(query(server.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  await server.start()
  await server.restart('immediate')
  expect(await query(server.url, 'select id from kept')).toEqual([{ id: 1 }])
  const { pid } = server.current
  await server[Symbol.asyncDispose]()
  expect(await readOsProcess(pid)).toBeNull()
  await expect(stat(server.stateDir)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('what a killed test run left behind is ended and removed by the next', async () => {
  const dead = await endedProcess()
  const left = await mkdtemp(join(tmpdir(), `turnlog-test-${dead}-`))
  await chmod(left, 0o711)
  await using owner = startOwner(left)
  const { pid } = await owner.reported('running')
  await owner.kill()
  await sweepThrowawayDirectories()
  await waitFor(async () => {
    const found = await readOsProcess(pid)
    return found === null || found.zombie
  })
  await expect(stat(left)).rejects.toMatchObject({ code: 'ENOENT' })
})

async function endedProcess(): Promise<number> {
  const child = spawn('true')
  await once(child, 'exit')
  return child.pid ?? 0
}
