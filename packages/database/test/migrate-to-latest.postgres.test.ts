import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { connect, DatabaseTooNewError, MigrationError, migrateToLatest } from '../src/index.ts'
import { MIGRATIONS } from '../src/migrations/migrations.ts'
import { freshDatabase } from '../src/testing/index.ts'

const LATEST = Object.keys(MIGRATIONS)

test('an empty database is brought to the latest schema, and a second time is nothing', async () => {
  await using database = await freshDatabase({ migrated: false })
  expect(await migrateToLatest(database.db)).toEqual(LATEST)
  expect(await migrateToLatest(database.db)).toEqual([])
  expect(await database.db.selectFrom('events').selectAll().execute()).toEqual([])
})

test('of five processes that migrate at once, one does and the others wait for it', async () => {
  await using database = await freshDatabase({ migrated: false })
  const connections = Array.from({ length: 5 }, () => connect(database.url, { poolSize: 1 }))
  const taken = await Promise.all(connections.map(({ db }) => migrateToLatest(db)))
  await Promise.all(connections.map((connection) => connection.close()))
  expect(taken.flat()).toEqual(LATEST)
})

test('a database that a newer version has migrated is refused, by name, and left alone', async () => {
  await using database = await freshDatabase()
  const step = { up: () => Promise.resolve() }
  await migrateToLatest(database.db, { ...MIGRATIONS, '9999-from-the-future': step })

  const refused = migrateToLatest(database.db)

  await expect(refused).rejects.toThrow(DatabaseTooNewError)
  await expect(refused).rejects.toThrow(/newer than this version of turnlog: it has 9999-from-the-future/)
})

test('a step that fails leaves the database as it was', async () => {
  await using database = await freshDatabase()
  const broken = {
    '8000-half': { up: (db: typeof database.db) => sql`create table half (id integer)`.execute(db).then(() => {}) },
    '8001-broken': { up: (db: typeof database.db) => sql`create table events (id integer)`.execute(db).then(() => {}) },
  }

  const failing = migrateToLatest(database.db, { ...MIGRATIONS, ...broken })

  await expect(failing).rejects.toThrow(MigrationError)
  await expect(failing).rejects.toMatchObject({ migration: '8001-broken', cause: { code: '42P07' } })
  const { rows } = await sql`select to_regclass('half') as half`.execute(database.db)
  expect(rows).toEqual([{ half: null }])
  expect(await migrateToLatest(database.db)).toEqual([])
})
