import type { OsProcess } from './os-process.ts'
import type { PostmasterFile } from './postmaster-file.ts'

/**
 * Who holds the lock of a data directory:
 * `ours`      the server of this data directory, alive
 * `gone`      nobody: the process is dead
 * `stranger`  a living process (or a corpse that nobody collects) that certainly is not the server: its pid was used again
 * `unknown`   a living process that we cannot see well enough; only Postgres itself may judge
 */
export type LockHolder = 'ours' | 'gone' | 'stranger' | 'unknown'

/**
 * Judges a lock by the process that it names. A server's working directory is its data directory from before it writes
 * the lock until it ends, so a process that sits elsewhere is not the server, whatever the clocks say.
 */
export function judgeLock(lock: PostmasterFile, holder: OsProcess | null, dataDirectory: string | null): LockHolder {
  if (holder === null) return 'gone'
  if (holder.zombie) return 'stranger'
  if (holder.program !== null && !holder.program.startsWith('postgres')) return 'stranger'
  if (holder.workingDirectory !== null) return holder.workingDirectory === dataDirectory ? 'ours' : 'stranger'
  return judgeByStartTime(lock, holder)
}

// Where the working directory cannot be seen (macOS) the start time decides: `ps` and the lock both have whole seconds
// of the same clock. In between lies a zone where the clock may have been set, and where we claim nothing.
function judgeByStartTime(lock: PostmasterFile, holder: OsProcess): LockHolder {
  if (holder.startedAt === null || holder.program === null) return 'unknown'
  const apart = Math.abs(holder.startedAt - lock.startedAt)
  if (apart <= 2) return 'ours'
  return apart > 60 ? 'stranger' : 'unknown'
}
