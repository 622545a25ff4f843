import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { DiskFacts, DoctorFacts } from './doctor-facts.ts'

/** The disk that the state directory is on, or will be. */
export function lookAtDisk(stateDir: string): DiskFacts {
  const path = nearestExisting(stateDir)
  const { bavail, blocks, bsize } = statfsSync(path)
  return { path: stateDir, isWritable: isWritable(path), freeBytes: bavail * bsize, totalBytes: blocks * bsize }
}

/** Events that wait on disk for the database. */
export function lookAtSpool(stateDir: string): DoctorFacts['spool'] {
  const folder = join(stateDir, 'spool')
  if (!existsSync(folder)) return { files: 0, bytes: 0 }
  const sizes = readdirSync(folder).map((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
  const filled = sizes.filter((size) => size > 0)
  return { files: filled.length, bytes: filled.reduce((sum, size) => sum + size, 0) }
}

function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path))
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK | constants.X_OK)
    return true
  } catch {
    return false
  }
}
