import { type Kysely, sql } from 'kysely'

/**
 * The lease becomes a row that its owner renews, instead of a session-level lock, so that every connection pooler works.
 * A dead letter can be accepted as it is: then its event is not expected in the log any more.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createTable('leases')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('epoch', 'bigint', (column) => column.notNull())
    .addColumn('holder', 'text', (column) => column.notNull())
    .addColumn('renewed_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`clock_timestamp()`))
    .addColumn('released_at', 'timestamptz')
    .execute()
  // A watcher of an older version cannot write without this table, so it cannot write beside a newer one.
  await db.schema.dropTable('watcher_leases').execute()
  await sql`drop function turnlog_require(boolean, text, text)`.execute(db)
  await db.schema.alterTable('dead_letters').addColumn('accepted_at', 'timestamptz').execute()
}
