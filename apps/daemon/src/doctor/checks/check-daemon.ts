import type { DoctorFacts } from '../doctor-facts.ts'
import { type Finding, fail, ok, warn } from '../finding.ts'

const ABOUT = 'turnlog'

/** Whether it runs, and what it says of itself. */
export function checkDaemon({ daemon, stateDir }: DoctorFacts): readonly Finding[] {
  if (daemon.kind === 'absent') {
    const why = 'What agents write meanwhile is recorded at the next start, if they have not deleted it by then.'
    return [warn(ABOUT, { what: `It is not running (on ${stateDir}).`, why, advice: 'turnlog start' })]
  }
  if (daemon.kind === 'silent') {
    const what = `Something runs on ${stateDir} and does not answer: ${daemon.problem}.`
    return [fail(ABOUT, { what, advice: 'End it with Ctrl+C where it was started, and start it again.' })]
  }
  const health = daemon.answer.ok ? daemon.answer.health : undefined
  if (health === undefined) {
    return [fail(ABOUT, { what: 'It answers without saying how it is.', advice: 'turnlog stop, and turnlog start' })]
  }
  if (health.status === 'ok') return [ok(ABOUT, 'It runs, and all is well.')]
  return health.reasons.map((reason) => {
    const isDown = health.status === 'down'
    return (isDown ? fail : warn)(ABOUT, { what: reason, advice: adviseOn(reason) })
  })
}

function adviseOn(reason: string): string {
  if (reason.includes('turnlog restart')) return 'When the cause is mended: turnlog restart'
  if (/starting|stopping/.test(reason)) return 'Wait some seconds and look again.'
  if (/cannot be read|EACCES|EPERM/.test(reason)) return 'Give the account that runs turnlog the right to read it.'
  return 'See what the log of `turnlog start` says about it; the findings below may name the cause.'
}
