import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'
import { crashPoint } from './crash-point.ts'
import { MIGRATIONS } from './migrations/migrations.ts'

const MIGRATION_TABLE = 'turnlog_migrations'
const LOCK_TABLE = 'turnlog_migrations_lock'

/** The database was migrated by a newer version than this one, which must not touch it. */
export class DatabaseTooNewError extends Error {
  readonly unknownMigrations: readonly string[]
  constructor(unknownMigrations: readonly string[]) {
    super(
      `The database is newer than this version of turnlog: it has ${unknownMigrations.join(', ')}, which this version ` +
        'does not know. Update turnlog here, or use another database.',
    )
    this.name = 'DatabaseTooNewError'
    this.unknownMigrations = unknownMigrations
  }
}

/** A step of the schema failed; the database is as it was before. */
export class MigrationError extends Error {
  readonly migration: string | null
  constructor(migration: string | null, options: { readonly cause: unknown }) {
    const reason = options.cause instanceof Error ? options.cause.message : String(options.cause)
    super(`The database could not be migrated${migration === null ? '' : ` (${migration})`}: ${reason}`, options)
    this.name = 'MigrationError'
    this.migration = migration
  }
}

/**
 * Brings the database to the schema of this version and answers with the steps that were taken, often none. All steps
 * happen in one transaction. Several processes may call it at once: one migrates, the others wait for it.
 *
 * @throws {DatabaseTooNewError} if a newer version has been here; nothing is changed
 * @throws {MigrationError} if a step fails; nothing is changed
 */
export async function migrateToLatest(
  // Migrations see the schema at their time, so the tables of today say nothing about it.
  // biome-ignore lint/suspicious/noExplicitAny: a database of any shape
  db: Kysely<any>,
  migrations: Readonly<Record<string, Migration>> = MIGRATIONS,
): Promise<readonly string[]> {
  const applied = await refuseNewer(db, migrations)
  // The rule, and every watcher that starts again waits for it: nothing to do, no lock to take, no migrator to load.
  if (Object.keys(migrations).every((name) => applied.includes(name))) return []
  const { Migrator } = await import('kysely/migration')
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(withCrashPoints(migrations)) },
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: LOCK_TABLE,
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error === undefined) return results.map((result) => result.migrationName)

  // A newer process may have migrated between the first look and the lock.
  await refuseNewer(db, migrations)
  throw new MigrationError(results.find((result) => result.status === 'Error')?.migrationName ?? null, { cause: error })
}

/** The migrations that were applied, all of which this version knows. */
async function refuseNewer(
  db: Kysely<unknown>,
  migrations: Readonly<Record<string, Migration>>,
): Promise<readonly string[]> {
  const applied = await readAppliedMigrations(db)
  const unknown = applied.filter((name) => !Object.hasOwn(migrations, name))
  if (unknown.length > 0) throw new DatabaseTooNewError(unknown)
  return applied
}

async function readAppliedMigrations(db: Kysely<unknown>): Promise<readonly string[]> {
  const { rows } = await sql<{ exists: boolean }>`select to_regclass(${MIGRATION_TABLE}) is not null as exists`.execute(
    db,
  )
  if (rows[0]?.exists !== true) return []
  const applied = await sql<{ name: string }>`select name from ${sql.table(MIGRATION_TABLE)} order by name`.execute(db)
  return applied.rows.map((row) => row.name)
}

function withCrashPoints(migrations: Readonly<Record<string, Migration>>): Record<string, Migration> {
  const wrapped = Object.entries(migrations).map(([name, { up }]): [string, Migration] => [
    name,
    {
      up: async (db) => {
        await up(db)
        crashPoint('migration_step')
      },
    },
  ])
  return Object.fromEntries(wrapped)
}
