import { closeSync, openSync, readSync } from 'node:fs'

/**
 * Bytes that nobody can guess. Read from the system itself: `node:crypto` would stay in the memory of whoever starts a
 * server, five megabytes of it, for the sake of one password.
 */
export function randomBytes(size: number): Buffer {
  const file = openSync('/dev/urandom', 'r')
  try {
    const bytes = Buffer.alloc(size)
    readSync(file, bytes)
    return bytes
  } finally {
    closeSync(file)
  }
}
