import { mkdir, open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** One file of the spool. */
export interface SpoolFile {
  readonly path: string
  readonly sequence: number
  bytes: number
  events: number
}

const NAME = /^spool-(\d{12})\.log$/

export function toSpoolPath(directory: string, sequence: number): string {
  return join(directory, `spool-${String(sequence).padStart(12, '0')}.log`)
}

/** The files of a spool, oldest first. Makes the directory if there is none. */
export async function listSpoolFiles(directory: string): Promise<readonly SpoolFile[]> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const files: SpoolFile[] = []
  for (const name of (await readdir(directory)).sort()) {
    const sequence = NAME.exec(name)?.[1]
    if (sequence === undefined) continue
    const path = join(directory, name)
    files.push({ path, sequence: Number(sequence), bytes: (await stat(path)).size, events: 0 })
  }
  return files
}

/** Makes names in a directory durable: after a file was made, renamed or removed. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
