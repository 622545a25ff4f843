import type { Settings } from '@turnlog/config'
import { askDaemon } from '@turnlog/health'
import { readQuarantine } from '@turnlog/watcher'
import type { DoctorFacts } from './doctor-facts.ts'
import { lookAtDatabase } from './look-at-database.ts'
import { lookAtDisk, lookAtSpool } from './look-at-disk.ts'
import { lookAtInotify } from './look-at-inotify.ts'
import { lookAtSource } from './look-at-source.ts'

/** Looks at everything that turnlog needs. Changes nothing, and works whether or not turnlog runs. */
export async function gatherFacts(settings: Settings, now: number): Promise<DoctorFacts> {
  const { stateDir, sources, configFile } = settings
  const daemon = await askDaemon(stateDir, { ask: 'health' })
  // The cursors before the files: what is written meanwhile is then pending, and not ahead of its file.
  const { facts: database, cursors } = await lookAtDatabase(settings)
  const quarantined = readQuarantine(stateDir)
  return {
    now,
    stateDir,
    configFile,
    daemon,
    database,
    sources: sources.map((source) => lookAtSource(source, settings, { cursors, quarantined }, now)),
    quarantined,
    inotify: lookAtInotify(),
    disk: lookAtDisk(stateDir),
    spool: lookAtSpool(stateDir),
  }
}
