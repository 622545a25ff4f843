import { readFile, rm, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Place, readPlace } from '../src/embedded/place.ts'
import { startEmbeddedPostgres } from '../src/embedded/start-embedded-postgres.ts'
import { preparedDirectory, query, recorder, SETTINGS } from './embedded-kit.ts'

/** The lock of a server that was killed, as if it had been started in another place. */
async function killedElsewhere(place: Partial<Place>, socketInHome = true) {
  const state = await preparedDirectory()
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  await query(server.url, 'create table kept (id int)')
  process.kill(server.pid, 'SIGKILL')
  await server.exited
  const origin = { ...readPlace(), ...place, socketInHome }
  await writeFile(join(state.path, 'postgres/origin.json'), JSON.stringify(origin))
  return { state, lockFile: join(state.path, 'postgres/data/postmaster.pid') }
}

test.each<[string, Partial<Place>, boolean]>([
  ['of another machine', { host: 'bob', boot: 'another' }, true],
  ['of another container, whose socket cannot be seen,', { host: 'c0ffee', namespaces: 'other' }, false],
])('a lock %s is not overruled', async (_, place, socketInHome) => {
  const { state, lockFile } = await killedElsewhere(place, socketInHome)
  await using _state = state
  // Its file stays only where it can be seen.
  if (!socketInHome) await writeFile(lockFile, (await readFile(lockFile, 'utf8')).replace(/\/\S+\/socket\n/, '/gone\n'))
  const lock = await readFile(lockFile, 'utf8')
  const { report, events } = recorder()
  await expect(startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS, report })).rejects.toMatchObject({
    name: 'EmbeddedPostgresOccupiedError',
    message: expect.stringContaining(
      `it was started ${socketInHome ? 'on another machine' : 'in another container'}, ${place.host}`,
    ),
  })
  expect(await readFile(lockFile, 'utf8')).toBe(lock)
  expect(events).toEqual([])
  await rm(lockFile)
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  expect(await query(server.url, 'select id from kept')).toEqual([])
})

test.each<[string, Partial<Place>]>([
  ['in another container of this machine', { host: 'c0ffee', namespaces: 'other' }],
  ['before the machine was restarted', { host: hostname(), boot: 'earlier' }],
])('a server that was killed %s is no hindrance', async (_, place) => {
  const { state } = await killedElsewhere(place)
  await using _state = state
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  expect(await query(server.url, 'select id from kept')).toEqual([])
  const origin = JSON.parse(await readFile(join(state.path, 'postgres/origin.json'), 'utf8'))
  expect(origin).toEqual({ ...readPlace(), socketInHome: true })
})

test.each(['', '{"host"'])('an origin of which a crash of the machine left %j is no hindrance', async (text) => {
  const { state } = await killedElsewhere({})
  await using _state = state
  await writeFile(join(state.path, 'postgres/origin.json'), text)
  const server = await startEmbeddedPostgres({ stateDir: state.path, settings: SETTINGS })
  expect(await query(server.url, 'select id from kept')).toEqual([])
})
