import type { DoctorFacts, InotifyFacts } from '../doctor-facts.ts'
import { type Finding, ok, warn } from '../finding.ts'

const ABOUT = 'File watching'
/** Above this share of a limit it will be reached some day. */
const CLOSE = 0.8

/** Whether the system's limits leave room for a watch on each folder of transcripts. */
export function checkInotify({ inotify, sources, daemon }: DoctorFacts): readonly Finding[] {
  if (inotify === null) return []
  const folders = sources.reduce((sum, source) => sum + source.folders, 0)
  // A turnlog that runs has its watches among those in use.
  const isCounted = daemon.kind === 'answered'
  const needed = { watches: isCounted ? 0 : folders, instances: isCounted ? 0 : 1 }
  const { maxWatches, maxInstances, usedWatches, usedInstances } = inotify
  const findings = [
    ...judge('max_user_watches', maxWatches, usedWatches, needed.watches),
    ...judge('max_user_instances', maxInstances, usedInstances, needed.instances),
  ]
  return findings.length > 0 ? findings : [ok(ABOUT, describe(inotify, folders))]
}

function describe({ maxWatches, usedWatches }: InotifyFacts, folders: number): string {
  const number = (value: number) => value.toLocaleString('en-US')
  return `${number(folders)} folders to watch; ${number(usedWatches)} of ${number(maxWatches)} watches are in use.`
}

function judge(name: string, limit: number, used: number, needed: number): readonly Finding[] {
  if (used + needed <= limit * CLOSE) return []
  const raised = Math.max(limit * 2, (used + needed) * 2)
  return [
    warn(ABOUT, {
      what: `fs.inotify.${name} is ${limit}; ${used} are in use${needed > 0 ? `, and turnlog needs ${needed} more` : ''}.`,
      why: 'Beyond it the system tells of no changes, and turns are found by looking at the files every few seconds.',
      advice: `sudo sysctl fs.inotify.${name}=${raised} (and in /etc/sysctl.d/ to keep it)`,
    }),
  ]
}
