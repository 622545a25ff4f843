import { StateDirError } from './daemon/open-state-dir.ts'
import { runDaemon } from './daemon/run-daemon.ts'
import { takeSettings } from './daemon/settings-variable.ts'
import { EXIT } from './exit-codes.ts'

// The process that keeps all others alive. It stays small (decision 11): it is what `turnlog start` becomes once it has
// read the settings, so that whatever is needed for that is not in its memory.
async function main(): Promise<number> {
  try {
    return await runDaemon(takeSettings())
  } catch (error) {
    if (!(error instanceof StateDirError)) throw error
    console.error(error.message)
    return EXIT.failure
  }
}

/** How long the last lines of the log may take to leave, when all else is over. */
const LAST_LINES_MS = 250

// Not process.exit() at once: what was printed into a pipe would be cut off. But a reader of the log that has come to a
// halt must not keep the daemon from ending.
void main().then((code) => {
  process.exitCode = code
  setTimeout(() => process.exit(), LAST_LINES_MS).unref()
})
