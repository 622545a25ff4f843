import { formatCount } from '../../terminal/format-amount.ts'
import type { DoctorFacts, SourceFacts } from '../doctor-facts.ts'
import { type Finding, fail, ok, warn } from '../finding.ts'
import { nameAgent } from './check-sources.ts'

const DAY_MS = 86_400_000
/** Fewer days than this until unrecorded words are deleted, and it is urgent. */
const URGENT_DAYS = 3
/** With fewer days than this, one long weekend without turnlog loses transcripts. */
const SHORT_DAYS = 7

/** When the agents delete their own transcripts, and what of it is not recorded by then. */
export function checkRetention({ sources, database, now }: DoctorFacts): readonly Finding[] {
  const isKnown = database.state === 'reachable'
  return sources.filter(({ state }) => state === 'present').flatMap((source) => check(source, isKnown, now))
}

function check(source: SourceFacts, isKnown: boolean, now: number): readonly Finding[] {
  const about = `${nameAgent(source)} clean-up`
  const { days, file, problem } = source.retention
  if (days === null) return [ok(about, `${nameAgent(source)} deletes no transcripts by itself.`)]
  const unread = problem === null ? [] : [warnUnread(about, problem)]
  if (days <= 0) return [...unread, failOff(about, file)]
  const age = (at: number) => Math.max(0, (now - at) / DAY_MS)
  const rule = `It deletes transcripts ${formatCount(days, 'day')} after their last change${file === null ? ' (its default)' : ''}.`
  const waiting = source.pending.oldestAt
  if (waiting !== null) return [...unread, judgeWaiting(about, rule, days - age(waiting), source, isKnown)]
  if (days < SHORT_DAYS) return [...unread, warnShort(about, rule, file)]
  return [...unread, ok(about, `${rule} ${describeOldest(source, days, age)}`)]
}

function describeOldest({ oldestAt }: SourceFacts, days: number, age: (at: number) => number): string {
  return oldestAt === null
    ? 'There is none yet.'
    : `All are recorded; the oldest ${describeLeft(days - age(oldestAt))}.`
}

function judgeWaiting(about: string, rule: string, daysLeft: number, source: SourceFacts, isKnown: boolean): Finding {
  const left = describeLeft(daysLeft)
  const what = isKnown
    ? `${formatCount(source.pending.files, 'transcript')} not recorded to the end; the oldest of them ${left}.`
    : `What is recorded is not known while the database does not run; the oldest transcript ${left}.`
  const advice =
    'turnlog start, and leave it running. To gain time, raise cleanupPeriodDays in the settings.json of Claude Code.'
  return (isKnown && daysLeft < URGENT_DAYS ? fail : warn)(about, { what, why: rule, advice })
}

function describeLeft(days: number): string {
  if (days <= 0) return 'may be deleted the next time it starts'
  return days < 1 ? 'has less than a day left' : `has ${formatCount(Math.floor(days), 'day')} left`
}

function failOff(about: string, file: string | null): Finding {
  return fail(about, {
    what: `cleanupPeriodDays is 0 in ${file}.`,
    why: 'Claude Code then writes no transcripts at all, or refuses the setting, so there may be nothing to record.',
    advice: 'Set it to the number of days that transcripts shall be kept: 30 is its default, 3650 ten years.',
  })
}

function warnShort(about: string, rule: string, file: string | null): Finding {
  return warn(about, {
    what: rule,
    why: 'If turnlog does not run for as long, what was said meanwhile is lost.',
    advice: `Raise cleanupPeriodDays in ${file}.`,
  })
}

function warnUnread(about: string, problem: string): Finding {
  return warn(about, {
    what: `The settings of Claude Code cannot be read: ${problem}.`,
    why: 'So its default of 30 days is taken for granted.',
    advice: 'Correct that file.',
  })
}
