import { readSync } from 'node:fs'

/** Reads until the buffer has `length` bytes or the file ends; returns how many there were. */
export function readFully(fd: number, buffer: Buffer, length: number, position: number): number {
  let done = 0
  while (done < length) {
    const count = readSync(fd, buffer, done, length - done, position + done)
    if (count === 0) break
    done += count
  }
  return done
}
