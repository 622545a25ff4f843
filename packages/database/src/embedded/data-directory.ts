import { chmod, chown, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Binaries } from './binaries.ts'
import { EmbeddedPostgresAccessError, EmbeddedPostgresInitError, EmbeddedPostgresVersionError } from './errors.ts'
import type { EmbeddedPostgresReport } from './report.ts'
import { runCommand } from './run-command.ts'
import { scratchPath, sweepScratch } from './scratch.ts'
import type { ServerAccount } from './server-account.ts'
import { ROLES } from './server-address.ts'

const VERSION_FILE = 'PG_VERSION'

/** The major version that made a data directory, as in `18`; null if there is no data directory (or an empty one). */
export async function readDataVersion(dataDir: string): Promise<string | null> {
  try {
    return (await readFile(join(dataDir, VERSION_FILE), 'utf8')).trim()
  } catch (cause) {
    const entries = await readdir(dataDir).catch((error: unknown): string[] => {
      if (isMissing(error)) return []
      throw unreadable(dataDir, error)
    })
    if (entries.length === 0) return null
    // It got its name between the two looks.
    if (entries.includes(VERSION_FILE) && isMissing(cause)) return await readDataVersion(dataDir)
    if (!isMissing(cause)) throw unreadable(dataDir, cause)
    const advice = 'Move it away and start again; turnlog makes a new database there.'
    throw new EmbeddedPostgresAccessError(dataDir, 'it is not empty, and not a PostgreSQL data directory', advice, {
      cause,
    })
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** @throws EmbeddedPostgresVersionError if the data directory was made by another major version. */
export function checkDataVersion(dataDir: string, found: string, binaries: Binaries): void {
  if (found !== binaries.major) throw new EmbeddedPostgresVersionError(dataDir, found, binaries.major)
}

function unreadable(dataDir: string, cause: unknown): EmbeddedPostgresAccessError {
  const advice = 'Start turnlog as the account that made it, or as root.'
  return new EmbeddedPostgresAccessError(dataDir, 'the data directory cannot be read', advice, { cause })
}

export interface InitialiseOptions {
  readonly dataDir: string
  readonly binaries: Binaries
  readonly account: ServerAccount | null
  /** False leaves out waiting for the disk; for databases that are thrown away. */
  readonly sync: boolean
  readonly report?: Partial<EmbeddedPostgresReport> | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a data directory, wholly or not at all: initdb works in a folder of its own, which gets its name when all of it
 * is on disk. Whoever comes second, of two at once, throws its own away.
 */
export async function initialiseDataDirectory(options: InitialiseOptions): Promise<void> {
  const { dataDir, account, report } = options
  const begun = performance.now()
  report?.initialising?.({ dataDir, account: account?.name ?? null })
  await sweepScratch(dirname(dataDir))
  const scratch = scratchPath(dirname(dataDir), 'initialising')
  try {
    await makeScratch(scratch, options)
    await runInitdb(scratch, options)
    await rename(join(scratch, 'data'), dataDir).catch(unlessTaken)
    if (options.sync) await syncDirectory(dirname(dataDir))
  } finally {
    await rm(scratch, { recursive: true, force: true, maxRetries: 3 })
  }
  report?.initialised?.({ dataDir, ms: performance.now() - begun })
}

async function makeScratch(scratch: string, { account }: InitialiseOptions): Promise<void> {
  await mkdir(scratch, { mode: 0o700 })
  await chmod(scratch, 0o700)
  if (account) await chown(scratch, account.uid, account.gid)
}

async function runInitdb(scratch: string, options: InitialiseOptions): Promise<void> {
  const { dataDir, binaries, account, sync, signal } = options
  const args = [...initdbArguments(join(scratch, 'data')), ...(sync ? [] : ['--no-sync'])]
  const result = await runCommand(binaries.initdb, args, { cwd: scratch, account, signal })
  if (!result.ok) throw new EmbeddedPostgresInitError(dataDir, result.exit, result.output)
}

// The builtin provider sorts by code point and knows upper and lower case of all of Unicode. It depends on no library
// of the operating system, so an upgrade of that can never make an index wrong. Checksums are on by default since 18.
function initdbArguments(dataDir: string): readonly string[] {
  return [
    `--pgdata=${dataDir}`,
    `--username=${ROLES.superuser}`,
    // The server is started with rules of its own; these are for a person who starts it by hand.
    '--auth-local=peer',
    '--auth-host=reject',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ]
}

function unlessTaken(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
}

async function syncDirectory(directory: string): Promise<void> {
  await using handle = await open(directory)
  await handle.sync()
}
