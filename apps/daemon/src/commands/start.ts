import { StateDirError } from '../daemon/open-state-dir.ts'
import { runDaemon } from '../daemon/run-daemon.ts'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import type { Command } from './command.ts'

/** The main job, in the foreground. */
export const start: Command = {
  usage: 'start',
  summary: 'records every turn, until it is stopped (Ctrl+C)',
  async run() {
    try {
      return await runDaemon(readSettings())
    } catch (error) {
      if (!(error instanceof StateDirError)) throw error
      console.error(error.message)
      return EXIT.failure
    }
  },
}
