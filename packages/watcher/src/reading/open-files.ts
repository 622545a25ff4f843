import { closeSync, fstatSync, openSync } from 'node:fs'
import { fileKey, isRecreated } from '../files/file-identity.ts'
import type { TrackedFile } from '../files/tracked-file.ts'
import { TranscriptReading } from './transcript-reading.ts'

/** How many files are held open at once; the least recently used one makes room for another. */
const OPEN_FILES = 32

/** A file held open, with the reading of it that is going on. */
export interface OpenFile {
  readonly fd: number
  reading: TranscriptReading
}

/** The few files that are being read or were just written: opened once, and closed when others need the place. */
export class OpenFiles {
  readonly #open = new Map<TrackedFile, OpenFile>()
  readonly #inactivityTimeoutMs: number

  constructor(inactivityTimeoutMs: number) {
    this.#inactivityTimeoutMs = inactivityTimeoutMs
  }

  /** @returns null when another file stands at the path by now; throws what opening throws */
  get(file: TrackedFile): OpenFile | null {
    const known = this.#open.get(file)
    if (known !== undefined) {
      this.#open.delete(file)
      this.#open.set(file, known)
      return known
    }
    const fd = openSync(file.path, 'r')
    const stats = fstatSync(fd, { bigint: true })
    if (fileKey(stats) !== file.key || isRecreated(file.identity, stats)) {
      closeSync(fd)
      return null
    }
    this.#makeRoom()
    const opened = { fd, reading: this.#startReading(file) }
    this.#open.set(file, opened)
    return opened
  }

  has(file: TrackedFile): boolean {
    return this.#open.has(file)
  }

  /** Forgets what the parser remembers, for a file that is begun again. */
  restart(file: TrackedFile): void {
    const open = this.#open.get(file)
    if (open !== undefined) open.reading = this.#startReading(file)
  }

  close(file: TrackedFile): void {
    const open = this.#open.get(file)
    if (open === undefined) return
    file.state = JSON.stringify(open.reading.snapshot())
    this.#open.delete(file)
    closeSync(open.fd)
  }

  closeAll(): void {
    for (const file of [...this.#open.keys()]) this.close(file)
  }

  #startReading(file: TrackedFile): TranscriptReading {
    return new TranscriptReading(file, this.#inactivityTimeoutMs)
  }

  #makeRoom(): void {
    const [oldest] = this.#open.keys()
    if (this.#open.size >= OPEN_FILES && oldest !== undefined) this.close(oldest)
  }
}
