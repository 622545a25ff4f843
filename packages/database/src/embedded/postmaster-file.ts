import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * What a server writes about itself into `postmaster.pid`, its lock on the data directory. Lines appear one after the
 * other while it starts, so the later ones may be missing.
 * https://www.postgresql.org/docs/18/storage-file-layout.html, src/include/utils/pidfile.h
 */
export interface PostmasterFile {
  readonly pid: number
  readonly dataDir: string
  /** Unix time in seconds. */
  readonly startedAt: number
  readonly port: number | null
  /** Folder of its Unix socket; null if it has none, or did not write it yet. */
  readonly socketDir: string | null
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | null
}

/** The lock of the data directory; null if there is none, or one that says nothing (empty, half written). */
export async function readPostmasterFile(dataDir: string): Promise<PostmasterFile | null> {
  try {
    return parsePostmasterFile(await readFile(join(dataDir, 'postmaster.pid'), 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

export function parsePostmasterFile(text: string): PostmasterFile | null {
  const lines = text.split('\n')
  // A single-user server writes its pid with a minus sign.
  const pid = Math.abs(Number(lines[0]))
  const startedAt = Number(lines[2])
  if (!Number.isSafeInteger(pid) || pid < 2 || !lines[1] || !(startedAt > 0)) return null
  const port = Number(lines[3])
  return {
    pid,
    dataDir: lines[1],
    startedAt,
    port: port > 0 ? port : null,
    socketDir: lines[4] || null,
    status: toStatus(lines[7]),
  }
}

function toStatus(line: string | undefined): PostmasterFile['status'] {
  const word = line?.trim()
  return word === 'starting' || word === 'stopping' || word === 'ready' || word === 'standby' ? word : null
}
