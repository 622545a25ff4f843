import { askDaemon } from '@turnlog/health'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import type { Command } from './command.ts'
import { takesNothing } from './read-arguments.ts'

/** How much longer than its own shutdown time the daemon may take. */
const PATIENCE_MS = 3_000

/** Stops turnlog and waits until it is gone. */
export const stop: Command = {
  usage: 'stop',
  summary: 'stops turnlog and waits until it is gone',
  async run(args) {
    if (!takesNothing(stop, args)) return EXIT.usage
    const { stateDir, eventSystem } = readSettings()
    const timeoutMs = eventSystem.shutdownTimeoutSeconds * 1000 + PATIENCE_MS
    const reply = await askDaemon(stateDir, { ask: 'stop' }, { timeoutMs, untilClosed: true })
    if (reply.kind === 'answered' && reply.answer.ok) return say('turnlog is stopped.', EXIT.ok)
    // As the LSB has it: what is not running is stopped.
    if (reply.kind === 'absent') return say('turnlog is not running.', EXIT.ok)
    const problem = reply.kind === 'silent' ? reply.problem : 'it refused'
    console.error(`turnlog could not be stopped: ${problem}.`)
    return EXIT.failure
  },
}

function say(words: string, code: number): number {
  console.log(words)
  return code
}
