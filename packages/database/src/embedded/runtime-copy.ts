import { constants } from 'node:fs'
import { access, chmod, cp, lstat, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { type Binaries, binariesIn } from './binaries.ts'
import { makeDirectory } from './make-directory.ts'
import type { EmbeddedPostgresReport } from './report.ts'
import { scratchPath } from './scratch.ts'
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
  const scratch = scratchPath(dirname(to), 'copying')
  try {
    await cp(from, scratch, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: isNeeded,
    })
    await makeReadable(scratch)
    for (const link of await listedLinks(scratch)) await restoreLink(scratch, link)
    await rename(scratch, to)
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

// The modes of the installation depend on the umask of whoever installed it. A copy holds nothing secret.
async function makeReadable(root: string): Promise<void> {
  await chmod(root, 0o755)
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory() || basename(entry.parentPath) === 'bin') await chmod(path, 0o755)
    else if (entry.isFile()) await chmod(path, 0o644)
  }
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
