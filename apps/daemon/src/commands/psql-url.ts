import { findEmbeddedPostgres } from '@turnlog/database'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import type { Command } from './command.ts'
import { takesNothing } from './read-arguments.ts'

/** Prints where the database is, for psql and every other Postgres tool. */
export const psqlUrl: Command = {
  usage: 'psql-url',
  summary: 'the connection URL, for psql and every other Postgres tool',
  async run(args) {
    if (!takesNothing(psqlUrl, args)) return EXIT.usage
    const settings = readSettings()
    if (settings.database.url !== 'embedded') return print(settings.database.url)
    const found = await findEmbeddedPostgres(settings.stateDir)
    if (found.state === 'running') return print(found.url)
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
