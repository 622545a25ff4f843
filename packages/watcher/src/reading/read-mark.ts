import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { FileIdentity } from '../files/file-identity.ts'
import type { TrackedFile } from '../files/tracked-file.ts'

/** A stretch of a file that a process was about to parse. */
export interface Mark {
  readonly file: FileIdentity
  readonly path: string
  readonly generation: number
  readonly from: number
  readonly to: number
}

const FILE_NAME = 'being-read'

/** Entries above this size have a mark of their own, so that they are accused and not the slice around them. */
const LARGE_ENTRY = 64 * 1024

/**
 * Says on disk which bytes are being parsed, so that after the death of the process the next one knows where it died.
 * It is not synced to the disk: it has to outlive the process, not the machine. Where it cannot be written, reading goes
 * on without it.
 */
export class ReadMark {
  readonly #fd: number | null
  #file: TrackedFile | null = null
  #to = 0

  /** @param directory null to keep no mark */
  constructor(directory: string | null) {
    this.#fd = directory === null ? null : tryToOpen(directory)
  }

  /** Before `[from, to)` of a file is parsed. */
  begin(file: TrackedFile, from: number, to: number): void {
    if (this.#fd === null) return
    this.#file = file
    this.#to = to
    this.#write(from, to)
  }

  /** Parses one entry of the marked stretch; for a large one, the mark names it alone meanwhile. */
  around(offset: number, length: number, parse: () => void): void {
    const isLarge = length > LARGE_ENTRY
    if (isLarge) this.#write(offset, offset + length)
    parse()
    if (isLarge) this.#write(offset + length, Math.max(this.#to, offset + length))
  }

  /** The stretch was parsed, or parsing it failed without the death of the process. */
  clear(): void {
    if (this.#file === null) return
    this.#file = null
    this.#put('\n')
  }

  close(): void {
    if (this.#fd !== null) closeSync(this.#fd)
  }

  #write(from: number, to: number): void {
    if (this.#file === null) return
    const { identity, path, generation } = this.#file
    const mark: Mark = { file: identity, path, generation, from, to }
    this.#put(`${JSON.stringify(mark)}\n`)
  }

  // The first line counts: what a longer mark before left behind it needs no cutting off.
  #put(text: string): void {
    try {
      if (this.#fd !== null) writeSync(this.#fd, text, 0)
    } catch {
      // A full disk: the mark is missing should the process die now, and nothing else.
    }
  }
}

/** The mark that a process left when it died; null if it did not die while it parsed. */
export function readMark(directory: string): Mark | null {
  try {
    const [line = ''] = readFileSync(join(directory, FILE_NAME), 'utf8').split('\n', 1)
    return line === '' ? null : toMark(JSON.parse(line) as Partial<Mark>)
  } catch {
    return null
  }
}

function toMark({ file, path, generation, from, to }: Partial<Mark>): Mark | null {
  if (typeof file?.device !== 'string' || typeof file.inode !== 'string' || typeof path !== 'string') return null
  if (typeof generation !== 'number' || typeof from !== 'number' || typeof to !== 'number') return null
  return { file, path, generation, from, to }
}

function tryToOpen(directory: string): number | null {
  try {
    mkdirSync(directory, { recursive: true })
    return openSync(join(directory, FILE_NAME), 'w', 0o600)
  } catch {
    return null
  }
}
