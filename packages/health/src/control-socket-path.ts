import { realpathSync } from 'node:fs'
import { join } from 'node:path'

/** The address of a socket has room for 104 bytes on macOS and 108 on Linux. */
const LONGEST_PATH_BYTES = 100

/**
 * Where the daemon of a state directory listens. Below a directory whose path is too long for a socket it would be
 * impossible; there the socket lies in /tmp, under a name that follows from the directory's.
 */
export function controlSocketPath(stateDir: string): string {
  const path = join(stateDir, 'control.sock')
  if (Buffer.byteLength(path) <= LONGEST_PATH_BYTES) return path
  // Loaded where it is needed: it costs the daemon, which has to be small, five megabytes.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const digest = createHash('sha256').update(canonical(stateDir)).digest('hex')
  return `/tmp/turnlog-${digest.slice(0, 32)}.sock`
}

function canonical(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
