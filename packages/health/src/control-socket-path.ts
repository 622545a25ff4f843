import { lstatSync, mkdirSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** The address of a socket has room for 104 bytes on macOS and 108 on Linux. */
const MAX_PATH_BYTES = 100

/**
 * Where the daemon of a state directory listens. Where that directory's path is too long for a socket, the socket has a
 * name that follows from the directory's, in a folder in `/tmp` that belongs to the account of the state directory.
 */
export function controlSocketPath(stateDir: string): string {
  const path = join(stateDir, 'control.sock')
  if (Buffer.byteLength(path) <= MAX_PATH_BYTES) return path
  // Loaded only where it is needed, because it takes five megabytes of the daemon, which has to be small.
  const { createHash } = process.getBuiltinModule('node:crypto')
  const digest = createHash('sha256').update(canonical(stateDir)).digest('hex')
  return join(`/tmp/turnlog-${ownerOf(stateDir)}`, `${digest.slice(0, 32)}.sock`)
}

/**
 * Makes the folder of a control socket that is not in the state directory, if it is missing.
 *
 * @throws if another account made it, or others can enter it
 */
export function makeControlSocketFolder(stateDir: string): void {
  const folder = dirname(controlSocketPath(stateDir))
  if (folder === dirname(join(stateDir, 'control.sock'))) return
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const problem = findForeignFolder(stateDir)
  if (problem !== null) throw new Error(problem)
}

/**
 * Why the folder of a control socket is not trusted: in `/tmp`, another account could have made it first. Null if it is
 * trusted, or not there.
 */
export function findForeignFolder(stateDir: string): string | null {
  const folder = dirname(controlSocketPath(stateDir))
  if (folder === dirname(join(stateDir, 'control.sock'))) return null
  const found = lstatSync(folder, { throwIfNoEntry: false })
  if (found === undefined) return null
  if (!found.isDirectory()) return `${folder} is not a folder; remove it`
  if (found.uid !== ownerOf(stateDir)) return `${folder} belongs to another account (uid ${found.uid})`
  return (found.mode & 0o077) === 0 ? null : `${folder} is open to other accounts; run \`chmod 700 ${folder}\``
}

/** Of the state directory, not of this process: root can ask the daemon of another account. */
function ownerOf(stateDir: string): number {
  return statSync(stateDir, { throwIfNoEntry: false })?.uid ?? process.getuid?.() ?? 0
}

function canonical(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
