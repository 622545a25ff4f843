import { askDaemon, assessAbsence, type DaemonReply, type HealthDocument } from '@turnlog/health'
import { EXIT } from '../exit-codes.ts'
import { readSettings } from '../read-settings.ts'
import { formatStatus } from '../terminal/format-status.ts'
import type { Command } from './command.ts'

/** How turnlog is, for people or (`--json`) as the health document; the exit code says it too. */
export const status: Command = {
  usage: 'status [--json]',
  summary: 'how turnlog is; exit code 0 ok, 3 not running, 4 unknown, 150 degraded',
  async run(args) {
    const unknown = args.filter((arg) => arg !== '--json')
    if (unknown.length > 0) return refuse(unknown)
    const { stateDir } = readSettings()
    const { document, code } = judge(await askDaemon(stateDir, { ask: 'health' }), stateDir)
    if (args.includes('--json')) console.log(JSON.stringify(document, null, 2))
    else console.log(formatStatus(document, { colour: process.stdout.isTTY === true, now: Date.now() }))
    return code
  },
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

function refuse(args: readonly string[]): number {
  console.error(`Expected no arguments but \`--json\`, got \`${args.join(' ')}\``)
  return EXIT.usage
}
