import { becomeDaemon } from '../daemon/become-daemon.ts'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import type { Command } from './command.ts'
import { takesNothing } from './read-arguments.ts'

/** The main job, in the foreground: from here on, this process is the daemon. */
export const start: Command = {
  usage: 'start',
  summary: 'records every turn, until it is stopped (Ctrl+C)',
  run: async (args) => (takesNothing(start, args) ? becomeDaemon(readSettings()) : EXIT.usage),
}
