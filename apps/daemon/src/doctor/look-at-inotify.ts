import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import type { InotifyFacts } from './doctor-facts.ts'

const LIMITS = '/proc/sys/fs/inotify'

/** The limits for watching files, and how much of them this account's programs use. Null where there are none (macOS). */
export function lookAtInotify(): InotifyFacts | null {
  const maxWatches = readLimit('max_user_watches')
  const maxInstances = readLimit('max_user_instances')
  if (maxWatches === null || maxInstances === null) return null
  const instances = ownProcesses().flatMap(listInstances)
  const usedWatches = instances.reduce((sum, path) => sum + countWatches(path), 0)
  return { maxWatches, maxInstances, usedInstances: instances.length, usedWatches }
}

function readLimit(name: string): number | null {
  const text = quietly(() => readFileSync(`${LIMITS}/${name}`, 'utf8'), '')
  return /^\d+\s*$/.test(text) ? Number(text) : null
}

function ownProcesses(): readonly string[] {
  const pids = quietly(() => readdirSync('/proc'), []).filter((name) => /^\d+$/.test(name))
  return pids.filter((pid) => quietly(() => statSync(`/proc/${pid}`).uid, -1) === process.getuid?.())
}

/** The files of /proc that describe the instances of a process. */
function listInstances(pid: string): readonly string[] {
  const open = quietly(() => readdirSync(`/proc/${pid}/fd`), [])
  return open
    .filter((fd) => quietly(() => readlinkSync(`/proc/${pid}/fd/${fd}`), '') === 'anon_inode:inotify')
    .map((fd) => `/proc/${pid}/fdinfo/${fd}`)
}

function countWatches(path: string): number {
  return quietly(() => readFileSync(path, 'latin1'), '')
    .split('\n')
    .filter((line) => line.startsWith('inotify ')).length
}

/** Processes come and go, and some may not be looked at. */
function quietly<Value>(look: () => Value, otherwise: Value): Value {
  try {
    return look()
  } catch {
    return otherwise
  }
}
