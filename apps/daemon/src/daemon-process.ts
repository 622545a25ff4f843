import type { Settings } from '@turnlog/config'
import { StateDirError } from './daemon/open-state-dir.ts'
import { runDaemon } from './daemon/run-daemon.ts'
import { takeSettings } from './daemon/settings-variable.ts'
import { EXIT } from './exit-codes.ts'
import { shutdownBudget } from './shutdown-budget.ts'

// The process that keeps all others alive. It stays small (decision 11): it is what `turnlog start` becomes once it has
// read the settings, so that whatever is needed for that is not in its memory.
async function main(settings: Settings): Promise<number> {
  try {
    return await runDaemon(settings)
  } catch (error) {
    if (!(error instanceof StateDirError)) throw error
    console.error(error.message)
    return EXIT.failure
  }
}

const settings = takeSettings()
const { lastLinesMs } = shutdownBudget(settings.eventSystem.shutdownTimeoutSeconds)

// Not process.exit() immediately: it would cut off what was printed into a pipe. But a reader of the log that does not
// read any more must not keep the daemon from exiting.
void main(settings).then((code) => {
  process.exitCode = code
  setTimeout(() => process.exit(), lastLinesMs).unref()
})
