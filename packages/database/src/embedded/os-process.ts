import { execFile } from 'node:child_process'
import { readFile, readlink, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { promisify } from 'node:util'

/** What the operating system says about a process. */
export interface OsProcess {
  readonly pid: number
  /** Together with the pid it names one process for good: pids are used again, this pair is not (until a reboot). */
  readonly birth: string
  /** When it started, in Unix seconds; null where only `birth` is known exactly. */
  readonly startedAt: number | null
  /** Dead, but not yet collected by its parent. Signals to it succeed and do nothing. */
  readonly zombie: boolean
  /** Base name of the program; null if it cannot be seen. */
  readonly program: string | null
  /** Working directory as `device:inode`; null if it cannot be seen. */
  readonly workingDirectory: string | null
}

/** Looks a process up; null if there is none with this pid. */
export function readOsProcess(pid: number): Promise<OsProcess | null> {
  return process.platform === 'linux' ? readProc(pid) : readPs(pid)
}

/** `device:inode` of a directory, to compare with a working directory whatever path leads there. */
export async function directoryIdentity(path: string): Promise<string | null> {
  const found = await stat(path, { bigint: true }).catch(() => null)
  return found && `${found.dev}:${found.ino}`
}

async function readProc(pid: number): Promise<OsProcess | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  if (line === null) return null
  // The second field is the program name in brackets, which may hold blanks and brackets itself.
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const program = await readlink(`/proc/${pid}/exe`).catch(() => null)
  return {
    pid,
    birth: fields[19] ?? '',
    startedAt: null,
    zombie: fields[0] === 'Z' || fields[0] === 'X',
    // Linux appends " (deleted)" when the file was replaced, as an upgrade of the package does.
    program: program && basename(program.replace(/ \(deleted\)$/, '')),
    workingDirectory: await directoryIdentity(`/proc/${pid}/cwd`),
  }
}

async function readPs(pid: number): Promise<OsProcess | null> {
  const columns = ['-o', 'lstart=', '-o', 'stat=', '-o', 'comm=', '-p', String(pid)]
  const env = { PATH: '/bin:/usr/bin', LC_ALL: 'C', TZ: 'UTC' }
  const found = await promisify(execFile)('ps', columns, { env }).catch(() => null)
  // "Mon Nov 23 19:12:00 2026 Ss   /path/to/postgres"
  const match = found && /^\s*(\w+ +\w+ +\d+ +[\d:]+ +\d+) +(\S+) +(.+?)\s*$/.exec(found.stdout)
  if (!match) return null
  const [, started = '', state = '', command = ''] = match
  const startedAt = Date.parse(`${started} UTC`) / 1000
  return {
    pid,
    birth: started,
    startedAt: Number.isFinite(startedAt) ? startedAt : null,
    zombie: state.startsWith('Z'),
    program: basename(command),
    workingDirectory: null,
  }
}
