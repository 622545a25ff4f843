import { checkClock } from './checks/check-clock.ts'
import { checkConfiguration } from './checks/check-configuration.ts'
import { checkDaemon } from './checks/check-daemon.ts'
import { checkDatabase } from './checks/check-database.ts'
import { checkDisk } from './checks/check-disk.ts'
import { checkInotify } from './checks/check-inotify.ts'
import { checkQuarantine } from './checks/check-quarantine.ts'
import { checkRetention } from './checks/check-retention.ts'
import { checkSources } from './checks/check-sources.ts'
import type { DoctorFacts } from './doctor-facts.ts'
import type { Finding } from './finding.ts'

/** All that there is to say, in the order in which a turn travels. */
export function findFindings(facts: DoctorFacts): readonly Finding[] {
  return [
    checkConfiguration(facts.configFile),
    ...checkDaemon(facts),
    ...checkSources(facts),
    ...checkQuarantine(facts),
    ...checkRetention(facts),
    ...checkInotify(facts),
    ...checkDatabase(facts),
    ...checkDisk(facts),
    ...checkClock(facts),
  ]
}
