import { constants } from 'node:fs'
import { copyFile, type FileHandle, open, rename, stat, truncate } from 'node:fs/promises'

/** A log file never grows far beyond this; one older file of the same size is kept beside it, as `<name>.1`. */
const LOG_LIMIT_BYTES = 8 * 1024 * 1024
const CHECK_INTERVAL_MS = 60_000
const TAIL_BYTES = 8 * 1024
/** A link is not followed, because it could lead to a file that has nothing to do with the server. */
const APPEND = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW

/** Opens the log for a new server. Only the server writes to it, so it outlives us without a pipe that could break. */
export async function openServerLog(file: string): Promise<FileHandle> {
  if ((await sizeOf(file)) > LOG_LIMIT_BYTES / 2) await rename(file, `${file}.1`)
  return open(file, APPEND, 0o600)
}

/** What was written to the log since it had `from` bytes, at most the last 8 KiB. */
export async function readLogSince(file: string, from: number): Promise<string> {
  await using handle = await open(file, 'r')
  const { size } = await handle.stat()
  const begin = Math.max(from, size - TAIL_BYTES)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.max(0, size - begin)), { position: begin })
  return buffer.toString('utf8', 0, bytesRead)
}

/**
 * Keeps the log of a running server bounded, without a signal to it or a process more: the file is copied and emptied
 * in place. The server appends (O_APPEND), so it goes on at the new end.
 */
export function limitServerLog(file: string): Disposable {
  const timer = setInterval(() => void emptyIfLarge(file).catch(() => {}), CHECK_INTERVAL_MS)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

export async function emptyIfLarge(file: string, limit = LOG_LIMIT_BYTES): Promise<void> {
  if ((await sizeOf(file)) <= limit) return
  await copyFile(file, `${file}.1`)
  await truncate(file, 0)
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => null))?.size ?? 0
}
