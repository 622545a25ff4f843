import { formatBytes } from '../../terminal/format-amount.ts'
import type { DoctorFacts } from '../doctor-facts.ts'
import { type Finding, fail, ok, warn } from '../finding.ts'

const ABOUT = 'Disk'
const LITTLE_BYTES = 1_000_000_000
const NOTHING_BYTES = 100_000_000

/** Whether there is a place to write to, and room in it. */
export function checkDisk({ disk, spool, database }: DoctorFacts): readonly Finding[] {
  return [judgeSpace(disk), ...judgeSpool(spool, database.state === 'reachable')]
}

function judgeSpace({ path, isWritable, freeBytes }: DoctorFacts['disk']): Finding {
  if (!isWritable) {
    return fail(ABOUT, {
      what: `${path} cannot be written to.`,
      why: 'turnlog keeps its database there.',
      advice: 'Make it writable for this account, or name another folder in TURNLOG_STATE_DIR or `state_dir`.',
    })
  }
  const what = `${formatBytes(freeBytes)} free in ${path}.`
  if (freeBytes > LITTLE_BYTES) return ok(ABOUT, what)
  const why =
    'When it is full, nothing is recorded until there is room again; nothing is lost as long as the transcripts last.'
  return (freeBytes > NOTHING_BYTES ? warn : fail)(ABOUT, { what, why, advice: 'Make room, or move `state_dir`.' })
}

function judgeSpool({ files, bytes }: DoctorFacts['spool'], isReachable: boolean): readonly Finding[] {
  if (files === 0) return []
  return [
    warn('Spool', {
      what: `${formatBytes(bytes)} of events wait on disk for the database.`,
      advice: isReachable
        ? 'They are written when turnlog runs: turnlog start. See: turnlog status'
        : 'They are written once the database answers.',
    }),
  ]
}
