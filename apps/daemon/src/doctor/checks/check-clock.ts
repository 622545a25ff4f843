import { formatDuration } from '../../terminal/format-amount.ts'
import type { DoctorFacts } from '../doctor-facts.ts'
import { type Finding, ok, warn } from '../finding.ts'

const ABOUT = 'Clock'
const TOLERANCE_MS = 2_000

/** Whether this machine, its files and its database agree on what time it is. */
export function checkClock({ now, sources, database }: DoctorFacts): readonly Finding[] {
  const ahead = database.state === 'reachable' ? database.clockAheadMs : 0
  const future = Math.max(now, ...sources.map(({ futureAt }) => futureAt ?? now))
  const findings = [
    ...(Math.abs(ahead) > TOLERANCE_MS ? [warnDatabase(ahead)] : []),
    ...(future > now ? [warnFuture(future - now)] : []),
  ]
  return findings.length > 0 ? findings : [ok(ABOUT, 'This machine, its files and its database agree on the time.')]
}

function warnDatabase(ahead: number): Finding {
  const span = formatDuration(Math.abs(ahead))
  return warn(ABOUT, {
    what: `The database's clock is ${span} ${ahead > 0 ? 'ahead of' : 'behind'} this machine's.`,
    why: 'When events were stored cannot be compared with when they happened.',
    advice: 'Let both be set by NTP.',
  })
}

function warnFuture(span: number): Finding {
  return warn(ABOUT, {
    what: `A transcript was last changed ${formatDuration(span)} in the future.`,
    why: 'Sessions seem to last longer than they do, and end late.',
    advice: 'Check the date of this machine.',
  })
}
