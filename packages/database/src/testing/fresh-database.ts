import { randomBytes } from 'node:crypto'
import { type Connection, connect } from '../connect.ts'
import { administer, withDatabase } from './administer.ts'
import type {} from './global-setup.ts'
import { TEMPLATE } from './test-server.ts'

/** A migrated database of one test or test file, alone on it. */
export interface FreshDatabase extends AsyncDisposable {
  readonly url: string
  readonly name: string
  readonly db: Connection['db']
  readonly pool: Connection['pool']
}

export interface FreshDatabaseOptions {
  /**
   * False for a database without any tables.
   *
   * @default true
   */
  readonly migrated?: boolean
  /** @default 4 */
  readonly poolSize?: number
}

/**
 * Makes a database in some 30 ms; disposing of it closes `db` and drops it, whoever is still connected. Needs the global
 * setup of this kit in the vitest configuration.
 */
export async function freshDatabase(options: FreshDatabaseOptions = {}): Promise<FreshDatabase> {
  const { migrated = true, poolSize = 4 } = options
  // Imported here, so that the rest of this kit also serves programs that run without vitest.
  const { inject } = await import('vitest')
  const server = inject('turnlogTestServer')
  if (!server) throw new Error("Add globalSetup: '@turnlog/database/testing/global-setup' to the vitest configuration")
  const name = `test_${randomBytes(6).toString('hex')}`
  // Copying files beats writing the copy to the log by a third at this size, as there is no disk to wait for.
  await administer(server, `create database ${name} template ${migrated ? TEMPLATE : 'template0'} strategy file_copy`)
  const url = withDatabase(server, name)
  const connection = connect(url, { poolSize })
  const drop = async (): Promise<void> => {
    await connection.close()
    await administer(server, `drop database if exists ${name} with (force)`)
  }
  return { url, name, db: connection.db, pool: connection.pool, [Symbol.asyncDispose]: drop }
}
