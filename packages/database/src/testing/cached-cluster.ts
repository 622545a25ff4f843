import { execFile } from 'node:child_process'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { installedBinaries } from '../embedded/binaries.ts'
import { startEmbeddedPostgres } from '../embedded/start-embedded-postgres.ts'
import { makeThrowawayDirectory, removeThrowawayDirectory } from './throwaway-directory.ts'
import { THROWAWAY_SETTINGS } from './throwaway-settings.ts'

const CACHE_DIR = join(import.meta.dirname, '../../node_modules/.cache/turnlog-testing')

/**
 * Puts an initialised, stopped server into a state directory: a copy of one that is kept beside the dependencies, which
 * takes a fifth of the time of initdb. Where nothing can be kept or copied nothing is done, and the start initialises.
 */
export async function copyCachedCluster(stateDir: string): Promise<void> {
  const home = join(stateDir, 'postgres')
  try {
    await copy(await ensureCluster(), home)
  } catch {
    await rm(home, { recursive: true, force: true })
  }
}

// One for each version of the server and each account that tests, since files keep their owner.
async function ensureCluster(): Promise<string> {
  const { version } = await installedBinaries()
  const name = `cluster-${version}-${process.getuid?.() ?? 0}`
  const cluster = join(CACHE_DIR, name)
  const made = await stat(cluster).catch(() => null)
  if (made === null) await makeCluster(cluster)
  return cluster
}

async function makeCluster(cluster: string): Promise<void> {
  await mkdir(CACHE_DIR, { recursive: true })
  await sweep(cluster)
  const scratch = `${cluster}-unfinished-${process.pid}`
  const stateDir = await makeThrowawayDirectory()
  try {
    const server = await startEmbeddedPostgres({ stateDir, settings: THROWAWAY_SETTINGS })
    await server.stop()
    await rm(join(stateDir, 'postgres/port'), { force: true })
    await copy(join(stateDir, 'postgres'), scratch)
    // Of several runs at once the first one keeps its own.
    await rename(scratch, cluster).catch(() => rm(scratch, { recursive: true, force: true }))
  } finally {
    await removeThrowawayDirectory(stateDir)
  }
}

/** Removes what a killed run left unfinished, an hour later at the earliest. */
async function sweep(cluster: string): Promise<void> {
  for (const name of await readdir(CACHE_DIR)) {
    const path = join(CACHE_DIR, name)
    if (!path.startsWith(`${cluster}-unfinished-`)) continue
    const { mtimeMs } = await stat(path)
    if (Date.now() - mtimeMs > 3_600_000) await rm(path, { recursive: true, force: true })
  }
}

// The command, because it keeps owners and modes, which `fs.cp` does not.
async function copy(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to])
}
