import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { connect } from '../src/index.ts'
import { freshDatabase } from '../src/testing/index.ts'

const terminateOthers = sql`select pg_terminate_backend(pid) from pg_stat_activity
  where datname = current_database() and pid <> pg_backend_pid()`

test('an idle connection that the server drops is told, and replaced by the next query', async () => {
  await using database = await freshDatabase()
  const errors: Error[] = []
  await using connection = connect(database.url, { onIdleError: (error) => errors.push(error) })
  await sql`select 1`.execute(connection.db)

  await terminateOthers.execute(database.db)
  await expect.poll(() => errors.length).toBe(1)

  expect((await sql`select 1 as one`.execute(connection.db)).rows).toEqual([{ one: 1 }])
})

test('a connection that breaks while it is in use fails its query, not the process', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url)
  const failing = sql`select pg_sleep(10)`.execute(connection.db)
  failing.catch(() => {})
  const sleeping = sql`select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`
  await expect.poll(async () => (await sleeping.execute(database.db)).rows.length).toBe(1)
  await terminateOthers.execute(database.db)
  await expect(failing).rejects.toMatchObject({ code: '57P01' })
  expect((await sql`select 1 as one`.execute(connection.db)).rows).toEqual([{ one: 1 }])
})

test('a statement without an answer in time fails, and its connection is not used again', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url, { poolSize: 1, statementDeadlineMs: 100 })
  const pid = async (): Promise<unknown> => (await sql`select pg_backend_pid() as pid`.execute(connection.db)).rows[0]
  const before = await pid()
  await expect(sql`select pg_sleep(10)`.execute(connection.db)).rejects.toMatchObject({
    name: 'StatementDeadlineError',
  })
  expect(await pid()).not.toEqual(before)
})

test('closing cuts what does not end in time, and closing twice is the same as once', async () => {
  await using database = await freshDatabase()
  const connection = connect(database.url)
  const running = sql`select pg_sleep(30)`.execute(connection.db)
  running.catch(() => {})
  await expect.poll(() => connection.pool.totalCount).toBe(1)
  await Promise.all([connection.close(50), connection.close(50)])
  await expect(running).rejects.toThrow()
})

test('a connection that was never used can be closed', async () => {
  await connect('postgres://nobody@127.0.0.1:1/nowhere').close()
})
