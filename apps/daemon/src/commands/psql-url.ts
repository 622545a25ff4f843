import { findEmbeddedPostgres } from '@turnlog/database'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import type { Command, CommandOptions } from './command.ts'
import { readOptions } from './read-arguments.ts'

const OPTIONS = {
  admin: { type: 'boolean', summary: "the URL of the database's owner, who may change everything" },
} as const satisfies CommandOptions

/** Prints where the database is, for psql and every other Postgres tool. */
export const psqlUrl: Command = {
  usage: 'psql-url [--admin]',
  summary: 'the connection URL, for psql and every other Postgres tool',
  details:
    'Of the embedded database, it is the URL of a role that can read everything and change nothing, and it holds a\n' +
    'password. With --admin it is the URL of its owner, without a password: a Unix socket that only this account can\n' +
    'use. Of any other database, it is DATABASE_URL or `database.url` as it is set.',
  options: OPTIONS,
  async run(args) {
    const options = readOptions(psqlUrl, OPTIONS, args)
    if (options === null) return EXIT.usage
    const settings = readSettings()
    if (settings.database.url !== 'embedded') return print(settings.database.url)
    const found = await findEmbeddedPostgres(settings.stateDir)
    if (found.state === 'running') return print(options.admin === true ? found.url : found.readerUrl)
    console.error(
      found.state === 'stopped'
        ? 'The database is not running. Start turnlog first.'
        : 'There is no database yet. Start turnlog once to make it.',
    )
    return EXIT.notRunning
  },
}

function print(url: string): number {
  console.log(url)
  return EXIT.ok
}
