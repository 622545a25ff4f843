import { CompiledQuery, sql } from 'kysely'
import { expect, test } from 'vitest'
import { asPrepared, type Connection, connect } from '../src/index.ts'
import { PreparedStatements } from '../src/prepared-statements.ts'
import { freshDatabase } from '../src/testing/index.ts'

const STATEMENT = asPrepared('select $1::int + 1 as next')

function run({ db }: Connection, text: string, value: number) {
  return db.executeQuery(CompiledQuery.raw(text, [value]))
}

test('a marked statement is prepared once for a connection', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url, { poolSize: 1 })
  for (const value of [1, 2, 3]) {
    expect((await run(connection, STATEMENT, value)).rows).toEqual([{ next: value + 1 }])
  }
  const { rows } = await connection.pool.query('select statement from pg_prepared_statements')
  expect(rows).toEqual([{ statement: STATEMENT }])
})

test('an error of a marked statement is the statement’s own', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url, { poolSize: 1 })
  await expect(run(connection, asPrepared('select 1 / $1::int'), 0)).rejects.toMatchObject({ code: '22012' })
})

test('behind a pooler that changes connections the statement is executed without a name', async () => {
  await using database = await freshDatabase()
  await using connection = connect(database.url, { poolSize: 1 })
  await run(connection, STATEMENT, 1)
  await sql`deallocate all`.execute(connection.db)

  expect((await run(connection, STATEMENT, 2)).rows).toEqual([{ next: 3 }])
  expect((await run(connection, STATEMENT, 3)).rows).toEqual([{ next: 4 }])
  const { rows } = await connection.pool.query('select name from pg_prepared_statements')
  expect(rows).toEqual([])
})

test('a refusal that is no pooler’s is not tried again', async () => {
  const statements = new PreparedStatements()
  let runs = 0
  const refuse = async () => {
    runs += 1
    throw Object.assign(new Error('no such table'), { code: '42P01' })
  }
  await expect(statements.run(STATEMENT, [], refuse)).rejects.toThrow('no such table')
  expect(runs).toBe(1)
  expect(statements.covers(STATEMENT)).toBe(true)
})
