import { closeSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { FileIdentity } from '../files/file-identity.ts'
import type { TrackedFile } from '../files/tracked-file.ts'
import type { Segment } from '../segment.ts'

/** A stretch of a file that a process was about to parse, or whose events were being stored. */
export interface Mark {
  readonly file: FileIdentity
  readonly path: string
  readonly generation: number
  readonly from: number
  readonly to: number
  /** It covers several entries, of which one is parsed. */
  readonly shared: boolean
}

const FILE_NAME = 'being-read'

/**
 * How many bytes of small entries share a mark; a larger entry has its own, and in a file that killed a process before
 * each has. With a mark for each entry everywhere, an import would take a tenth longer.
 */
const SHARED_BYTES = 16 * 1024

/**
 * Segments whose events take more are marked until they are stored: the work on them after parsing (checking, cleaning,
 * writing as JSON) can kill the process as well. No slice comes to that without a single event of about that size.
 */
const LARGE_SEGMENT = 2 * 1024 * 1024

/**
 * Says on disk which bytes are being parsed, and of which the events are large and being stored, so that after the death
 * of the process the next one knows what it died of. It is not synced to the disk: it has to outlive the process, not
 * the machine. Where it cannot be written, reading goes on without it.
 */
export class ReadMark {
  #fd: number | null
  readonly #delivered = new Set<Mark>()
  #deliveredText = '[]'
  #file: TrackedFile | null = null
  /** The end of what the mark covers. */
  #to = 0
  #isMarked = false

  /** @param directory null to keep no mark */
  constructor(directory: string | null) {
    this.#fd = directory === null ? null : tryToOpen(directory)
  }

  /** Entries of a file are parsed from now on, each by {@link ReadMark.parse}, until {@link ReadMark.clear}. */
  begin(file: TrackedFile): void {
    this.#file = this.#fd === null ? null : file
    this.#to = 0
  }

  /** Parses an entry, which is marked meanwhile. */
  parse(offset: number, length: number, parse: () => void): void {
    const sharedBytes = this.#file?.suspect === true ? 0 : SHARED_BYTES
    if (this.#file !== null && (offset >= this.#to || length > sharedBytes)) {
      const shared = length < sharedBytes
      this.#to = shared ? sharedEnd(this.#file, offset, length) : offset + length
      this.#isMarked = true
      this.#put({ ...markOf(this.#file, offset, this.#to), shared })
    }
    parse()
  }

  /** Parses entries of a file while the mark on disk names it. */
  during<Result>(file: TrackedFile, parse: () => Result): Result {
    this.begin(file)
    try {
      return parse()
    } finally {
      this.clear()
    }
  }

  /** All was parsed, or parsing failed without the death of the process. */
  clear(): void {
    this.#file = null
    if (!this.#isMarked) return
    this.#isMarked = false
    this.#put(null)
  }

  /** A segment of a file is handed out. @returns what to call when it is settled */
  deliver(file: TrackedFile, { from, cursor, weight }: Segment): () => void {
    if (weight < LARGE_SEGMENT || this.#fd === null) return () => {}
    const mark = markOf(file, from, cursor.offset)
    this.#delivered.add(mark)
    this.#putDelivered()
    return () => {
      if (this.#delivered.delete(mark)) this.#putDelivered()
    }
  }

  /** The process is about to stop, in an orderly way or killed for being late: no file is the reason for its end. */
  letGo(): void {
    if (this.#delivered.size === 0) return
    this.#delivered.clear()
    this.#putDelivered()
  }

  close(): void {
    const fd = this.#fd
    // What is settled later must not write to another file that has the number by then.
    this.#fd = null
    if (fd !== null) closeSync(fd)
  }

  #putDelivered(): void {
    this.#deliveredText = JSON.stringify([...this.#delivered])
    this.#put(null)
  }

  // Two lines count: what longer ones before left behind them needs no cutting off.
  #put(parsed: Mark | null): void {
    try {
      const text = `${JSON.stringify(parsed)}\n${this.#deliveredText}\n`
      if (this.#fd !== null) writeSync(this.#fd, text, 0)
    } catch {
      // A full disk: the mark is missing should the process die now, and nothing else.
    }
  }
}

function markOf({ identity: file, path, generation }: TrackedFile, from: number, to: number): Mark {
  return { file, path, generation, from, to, shared: false }
}

// Not beyond the end of the file, so that a file that is read to its end is beyond the mark. Of a compressed file the end
// is not known.
function sharedEnd({ archive, size }: TrackedFile, offset: number, length: number): number {
  const end = offset + SHARED_BYTES
  return archive === null ? Math.max(offset + length, Math.min(end, size)) : end
}

/**
 * What a process left marked when it died: the bytes that it was parsing, or else those whose events it was storing.
 * Empty if it did not die of a file.
 */
export function readMarks(directory: string): readonly Mark[] {
  try {
    const [parsed = '', delivered = ''] = readFileSync(join(directory, FILE_NAME), 'utf8').split('\n', 2)
    const mark = toMark(JSON.parse(parsed))
    return mark === null ? (JSON.parse(delivered) as unknown[]).flatMap((each) => toMark(each) ?? []) : [mark]
  } catch {
    return []
  }
}

function toMark(value: unknown): Mark | null {
  const { file, path, generation, from, to, shared = false } = (value ?? {}) as Partial<Mark>
  if (typeof file?.device !== 'string' || typeof file.inode !== 'string' || typeof path !== 'string') return null
  if (typeof generation !== 'number' || typeof from !== 'number' || typeof to !== 'number') return null
  return { file, path, generation, from, to, shared }
}

function tryToOpen(directory: string): number | null {
  try {
    mkdirSync(directory, { recursive: true })
    return openSync(join(directory, FILE_NAME), 'w', 0o600)
  } catch {
    return null
  }
}
