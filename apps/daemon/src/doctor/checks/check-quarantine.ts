import type { DoctorFacts } from '../doctor-facts.ts'
import { type Finding, fail } from '../finding.ts'

/** Files that are not read, since reading them killed the watcher or the database refused them. */
export function checkQuarantine({ quarantined }: DoctorFacts): readonly Finding[] {
  return quarantined.map(({ path, offset, reason, since, retryAt }) =>
    fail('Quarantine', {
      what: `${path} is not read since ${since}: at byte ${offset}, ${reason}.`,
      why: `What is written to it is not recorded until it is tried again, after ${retryAt}. All other files are read.`,
      advice: 'To try it again at once: turnlog restart watcher. If it is no transcript, move it out of the folder.',
    }),
  )
}
