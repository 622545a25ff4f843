import { chmod, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readOsProcess } from '../embedded/os-process.ts'
import { stopLeftover } from './stop-leftover.ts'

const NAME = /^turnlog-test-(\d+)-/

/** A state directory for one test run, in the system's temporary folder, with the name of its owner in it. */
export async function makeThrowawayDirectory(): Promise<string> {
  const directory = await mkdtemp(join(await realpath(tmpdir()), `turnlog-test-${process.pid}-`))
  // Root's server runs under another account, which must be able to walk through.
  if (process.getuid?.() === 0) await chmod(directory, 0o711)
  await writeFile(join(directory, 'owner'), (await readOsProcess(process.pid))?.birth ?? '')
  return directory
}

/** Removes a directory, also while the last child of a server that was ended hard still writes into it. */
export async function removeThrowawayDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
}

/** Ends and removes what test runs left behind that were killed. What belongs to other accounts stays. */
export async function sweepThrowawayDirectories(): Promise<void> {
  const parent = await realpath(tmpdir())
  for (const name of await readdir(parent)) {
    const owner = NAME.exec(name)?.[1]
    const directory = join(parent, name)
    if (!owner || (await isOwned(directory, Number(owner)))) continue
    await stopLeftover(directory).catch(() => {})
    await removeThrowawayDirectory(directory).catch(() => {})
  }
}

async function isOwned(directory: string, pid: number): Promise<boolean> {
  const owner = await readOsProcess(pid)
  if (owner === null) return false
  const birth = await readFile(join(directory, 'owner'), 'utf8').catch(() => '')
  return birth === '' || birth === owner.birth
}
