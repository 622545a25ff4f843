import type { Settings } from '@turnlog/config'
import { askDaemon, assessAbsence, type DaemonReply, type HealthDocument } from '@turnlog/health'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import { formatStatus } from '../terminal/format-status.ts'
import type { Command, CommandOptions } from './command.ts'
import { readOptions } from './read-arguments.ts'

const OPTIONS = {
  json: { type: 'boolean', summary: 'the health document, as /health answers it' },
} as const satisfies CommandOptions

/** How turnlog is, for people or (`--json`) as the health document; the exit code says it too. */
export const status: Command = {
  usage: 'status [--json]',
  summary: 'how turnlog is, for people or as the health document',
  details: 'Exit code: 0 ok, 3 not running, 4 unknown, 150 degraded.',
  options: OPTIONS,
  async run(args) {
    const options = readOptions(status, OPTIONS, args)
    if (options === null) return EXIT.usage
    const { stateDir, server } = readSettings()
    const { document, code } = judge(await askDaemon(stateDir, { ask: 'health' }), stateDir)
    if (options.json === true) console.log(JSON.stringify(document, null, 2))
    else
      console.log(
        formatStatus(document, { colour: process.stdout.isTTY === true, now: Date.now(), page: toPage(server) }),
      )
    return code
  },
}

/** Where the page is, if the port was not left to the system. */
function toPage({ host, port }: Settings['server']): string | null {
  return port === 0 ? null : `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

interface Judgement {
  readonly document: HealthDocument
  readonly code: number
}

function judge(reply: DaemonReply, stateDir: string): Judgement {
  if (reply.kind === 'absent') {
    const problem = `turnlog is not running (no daemon on ${stateDir}). Start it with: turnlog start`
    return { document: assessAbsence(problem), code: EXIT.notRunning }
  }
  const health = reply.kind === 'answered' && reply.answer.ok ? reply.answer.health : undefined
  if (health !== undefined) return { document: health, code: health.status === 'ok' ? EXIT.ok : EXIT.degraded }
  return { document: assessAbsence(`It is not known how turnlog is: ${whyUnknown(reply)}.`), code: EXIT.unknown }
}

function whyUnknown(reply: DaemonReply): string {
  if (reply.kind === 'silent') return reply.problem
  return reply.kind === 'answered' && !reply.answer.ok ? reply.answer.error : 'it answered without a health document'
}
