import { formatBytes, formatCount } from '../../terminal/format-amount.ts'
import type { DoctorFacts } from '../doctor-facts.ts'
import { type Finding, fail, ok, warn } from '../finding.ts'

const ABOUT = 'Database'
const OLDEST_VERSION = 150_000

type Reachable = Extract<DoctorFacts['database'], { readonly state: 'reachable' }>

/** Whether the database answers, is new enough, and what it refused. */
export function checkDatabase({ database, daemon }: DoctorFacts): readonly Finding[] {
  switch (database.state) {
    case 'absent':
      return [warn(ABOUT, { what: 'There is none yet.', advice: 'It is made by the first start: turnlog start' })]
    case 'stopped':
      return [judgeStopped(daemon.kind === 'answered')]
    case 'unreachable':
      return [
        fail(ABOUT, {
          what: `It does not answer: ${database.problem}.`,
          why: 'Nothing is recorded meanwhile; the transcripts are read when it is back.',
          advice: database.embedded
            ? 'turnlog stop, and turnlog start; its own log is postgres/server.log in the state directory.'
            : 'Check DATABASE_URL or `database.url`, and whether that server runs and lets this account in.',
        }),
      ]
    case 'reachable':
      return [...judgeServer(database), ...judgeDeadLetters(database)]
    default:
      return database satisfies never
  }
}

function judgeStopped(isDaemonUp: boolean): Finding {
  if (!isDaemonUp) return ok(ABOUT, 'It is there, and is started with turnlog.')
  return fail(ABOUT, {
    what: 'turnlog runs and its database does not.',
    advice: 'turnlog starts it again by itself. If it does not come up: postgres/server.log in the state directory.',
  })
}

function judgeServer({ embedded, version, versionNumber, bytes, log }: Reachable): readonly Finding[] {
  const server = `PostgreSQL ${version}${embedded ? ', embedded' : ''}`
  if (versionNumber < OLDEST_VERSION) {
    return [fail(ABOUT, { what: `It is ${server}.`, advice: 'turnlog needs PostgreSQL 15 or newer.' })]
  }
  if (log === null)
    return [warn(ABOUT, { what: `${server}; it holds no log yet.`, advice: 'turnlog start makes its tables.' })]
  const events = `${log.events > 0 ? `about ${formatCount(log.events, 'event')}, ` : ''}${formatBytes(bytes)}`
  return [ok(ABOUT, `${server}; ${events}; schema ${log.migration}.`)]
}

function judgeDeadLetters({ log }: Reachable): readonly Finding[] {
  if (log === null || log.deadLetters === 0) return []
  return [
    warn('Dead letters', {
      what: `${formatCount(log.deadLetters, 'event')} could not be written and are kept as dead letters.`,
      advice:
        'List them: turnlog dead-letters list. Fix the cause, then: turnlog dead-letters retry --all (or accept --all).',
    }),
  ]
}
