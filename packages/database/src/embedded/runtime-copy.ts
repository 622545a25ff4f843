import { constants, type Dirent } from 'node:fs'
import { access, chmod, cp, lstat, open, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Binaries, binariesIn } from './binaries.ts'
import { makeDirectory } from './make-directory.ts'
import type { EmbeddedPostgresReport } from './report.ts'
import { scratchPath, sweepScratch } from './scratch.ts'
import { canReach, type ServerAccount } from './server-account.ts'

/** One line of `pg-symlinks.json`: npm packages cannot hold symbolic links, so the package lists them. */
interface ListedLink {
  /** What the link points to. Both are paths like `native/lib/libpq.so.5`. */
  readonly source: string
  readonly target: string
}

export interface RuntimeOptions {
  readonly installed: Binaries
  /** Holds one folder per version. */
  readonly runtimeDir: string
  readonly account: ServerAccount | null
  readonly report?: Partial<EmbeddedPostgresReport> | undefined
}

/**
 * Binaries that the account can run: those installed if it can reach them and they are complete, else a copy in
 * `runtimeDir`, made once per version. The installation itself is never changed.
 */
export async function usableBinaries({ installed, runtimeDir, account, report }: RuntimeOptions): Promise<Binaries> {
  const reason = await whyNotUsable(installed, account)
  if (reason === null) return installed
  const copy = binariesIn(join(runtimeDir, installed.version), installed.version)
  if (await exists(copy.postgres)) return copy
  const begun = performance.now()
  await copyRuntime(installed.root, copy.root, account)
  report?.runtimeCopied?.({ from: installed.root, to: copy.root, reason, ms: performance.now() - begun })
  return copy
}

async function whyNotUsable(installed: Binaries, account: ServerAccount | null): Promise<string | null> {
  for (const { target } of await listedLinks(installed.root)) {
    if (!(await exists(inside(installed.root, target)))) return 'the links between its libraries are missing'
  }
  for (const path of [
    installed.postgres,
    installed.initdb,
    join(installed.root, 'lib'),
    join(installed.root, 'share'),
  ]) {
    if (!(await canReach(path, account))) return `${account?.name ?? 'this account'} cannot reach ${path}`
  }
  return (await isExecutable(installed.postgres)) ? null : `${installed.postgres} may not be executed`
}

// Complete or not there at all: copied next to its place, then renamed.
async function copyRuntime(from: string, to: string, account: ServerAccount | null): Promise<void> {
  await makeDirectory(dirname(to), account)
  await sweepScratch(dirname(to))
  const scratch = scratchPath(dirname(to), 'copying')
  try {
    await cp(from, scratch, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: isNeeded,
    })
    await settle(scratch)
    for (const link of await listedLinks(scratch)) await restoreLink(scratch, link)
    await rename(scratch, to)
    await removeOthers(to)
  } catch (error) {
    // Another start made the same copy at the same time.
    if (!(await exists(join(to, 'bin/postgres')))) throw error
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Static libraries serve compilers only. */
function isNeeded(path: string): boolean {
  return !path.endsWith('.a') && basename(path) !== 'pkgconfig'
}

// Copies of other versions; no server runs from them, since ours is about to start.
async function removeOthers(current: string): Promise<void> {
  for (const name of await readdir(dirname(current))) {
    if (name === basename(current) || name.startsWith('copying-')) continue
    await rm(join(dirname(current), name), { recursive: true, force: true }).catch(() => {})
  }
}

// The modes of the installation depend on the umask of whoever installed it; a copy holds nothing secret. What has its
// final name must be whole also after a loss of power, or no later start would repair it.
async function settle(root: string): Promise<void> {
  await chmod(root, 0o755)
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  await Promise.all(entries.filter((entry) => !entry.isSymbolicLink()).map(settleEntry))
}

async function settleEntry(entry: Dirent): Promise<void> {
  const executable = entry.isDirectory() || basename(entry.parentPath) === 'bin'
  await using handle = await open(join(entry.parentPath, entry.name))
  await handle.chmod(executable ? 0o755 : 0o644)
  await handle.sync()
}

async function restoreLink(root: string, { source, target }: ListedLink): Promise<void> {
  const path = inside(root, target)
  if (!(await exists(path))) await symlink(basename(source), path)
}

async function listedLinks(root: string): Promise<readonly ListedLink[]> {
  const text = await readFile(join(root, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  return JSON.parse(text) as readonly ListedLink[]
}

/** `native/lib/x` in the list is `lib/x` in the folder itself. */
function inside(root: string, listed: string): string {
  return join(root, listed.replace(/^native\//, ''))
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}
