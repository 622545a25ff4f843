import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from './random-bytes.ts'

/** A path for something unfinished in a folder, to be renamed when it is finished. It carries the pid of its maker. */
export function scratchPath(directory: string, purpose: 'initialising' | 'copying'): string {
  return join(directory, `${purpose}-${process.pid}-${randomBytes(4).toString('hex')}`)
}

/**
 * Removes what makers that died left unfinished. A pid that is in use again keeps its leftover until a later start;
 * that only costs disk space.
 */
export async function sweepScratch(directory: string): Promise<void> {
  for (const name of await readdir(directory).catch(() => [])) {
    const maker = /^(?:initialising|copying)-(\d+)-[0-9a-f]{8}$/.exec(name)?.[1]
    if (maker && Number(maker) !== process.pid && !isAlive(Number(maker))) {
      // Left for the next start if it cannot be removed: an initdb that lost its parent may still be writing.
      await rm(join(directory, name), { recursive: true, force: true, maxRetries: 3 }).catch(() => {})
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
