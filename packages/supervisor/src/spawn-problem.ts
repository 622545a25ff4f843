import { accessSync, constants, statSync } from 'node:fs'

/** Why a process could not be started. */
export interface SpawnProblem {
  readonly message: string
  /** The machine lacks something for the moment; the command itself may be all right. */
  readonly shortage: boolean
}

const SHORTAGES: Readonly<Record<string, string>> = {
  EAGAIN: 'no more processes are allowed (ulimit -u, or the pids limit of the container)',
  EMFILE: 'the supervisor has too many open files (ulimit -n)',
  ENFILE: 'the machine has too many open files',
  ENOMEM: 'there is not enough memory for another process',
}

/** Says what was wrong, in words that name the thing to put right. */
export function describeSpawnProblem(error: unknown, command: string, cwd: string | undefined): SpawnProblem {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
  const shortage = SHORTAGES[code]
  const causes = shortage === undefined ? [checkFolder(cwd), checkCommand(command)] : [shortage]
  const known = causes.filter((cause) => cause !== null)
  const cause = known.length > 0 ? known.join(', and ') : String(error)
  return { message: `Could not start ${command} (${code}): ${cause}`, shortage: shortage !== undefined }
}

// Node reports a missing working directory as a missing command, so both are looked at.
function checkFolder(cwd: string | undefined): string | null {
  if (cwd === undefined) return null
  try {
    if (!statSync(cwd).isDirectory()) return `the working directory ${cwd} is not a folder`
    accessSync(cwd, constants.X_OK)
    return null
  } catch (error) {
    return `the working directory ${cwd} ${isMissing(error) ? 'does not exist' : 'may not be entered'}`
  }
}

function checkCommand(command: string): string | null {
  if (!command.includes('/')) return `there may be no command ${command} on the PATH`
  try {
    accessSync(command, constants.X_OK)
    return statSync(command).isFile() ? null : `${command} is not a file`
  } catch (error) {
    return `the command ${command} ${isMissing(error) ? 'does not exist' : 'is not executable'}`
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
