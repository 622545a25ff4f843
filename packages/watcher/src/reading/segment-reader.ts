import { fstatSync } from 'node:fs'
import { crashPoint } from '../crash-point.ts'
import { startOver, type TrackedFile } from '../files/tracked-file.ts'
import { ByteText, type RawLine } from '../lines/byte-text.ts'
import { isWholeObject } from '../lines/is-whole-object.ts'
import { splitLines } from '../lines/split-lines.ts'
import type { Segment } from '../segment.ts'
import { decideRestart } from './continuity.ts'
import { finishSegment } from './finish-segment.ts'
import { MARKER_BYTES } from './marker.ts'
import type { OpenFile, OpenFiles } from './open-files.ts'
import { readFully } from './read-fully.ts'
import type { ReadMark } from './read-mark.ts'
import { SegmentBuilder } from './segment-builder.ts'
import { WorkBudget } from './work-budget.ts'

/** How much of a file is read at once. How much of that is parsed in one slice, a {@link WorkBudget} decides. */
const CHUNK_BYTES = 256 * 1024

/** How much of an unfinished line is searched for its newline before others have their turn. */
const SCAN_BYTES = 16 * 1024 * 1024

/** A last line without newline is taken only after this long without a write, and only if it is a whole object. */
export const OPEN_LINE_SETTLES_MS = 5_000

/** What one look at a file came to. */
export type ReadOutcome =
  /** Something was read; if not `atEnd`, there is more. */
  | { readonly kind: 'segment'; readonly segment: Segment; readonly atEnd: boolean }
  /** A long line is still being searched for its end: look again. */
  | { readonly kind: 'unfinished' }
  /** Nothing new. */
  | { readonly kind: 'caught_up' }
  /** Another file stands at the path. */
  | { readonly kind: 'replaced' }

export interface SegmentReaderOptions {
  readonly openFiles: OpenFiles
  /** A longer line is skipped and recorded with its range; it is never held in memory. */
  readonly maxLineBytes: number
  /** Names on disk what is being parsed. */
  readonly mark: ReadMark
  /** Milliseconds since the epoch; compared with modification times. */
  readonly now: () => number
}

/**
 * Reads one file a segment at a time. Everything here is synchronous on purpose: one buffer serves all files, a look
 * at a quiet file costs three system calls, and no two reads of a file can ever overlap.
 */
export class SegmentReader {
  readonly #options: SegmentReaderOptions
  readonly #buffer = Buffer.allocUnsafeSlow(MARKER_BYTES + CHUNK_BYTES)

  constructor(options: SegmentReaderOptions) {
    this.#options = options
  }

  /** The next segment of a file. Throws what the file system throws. */
  read(file: TrackedFile): ReadOutcome {
    const open = this.#options.openFiles.get(file)
    if (open === null) return { kind: 'replaced' }
    const stats = fstatSync(open.fd, { bigint: true })
    if (stats.mtimeNs !== file.mtimeNs || Number(stats.size) !== file.size) file.isVerified = false
    file.size = Number(stats.size)
    file.mtimeNs = stats.mtimeNs
    if (!file.isVerified) this.#checkContinuity(file, open)
    if (file.restartReason !== null && file.offset === 0 && file.size === 0) return this.#restartEmpty(file, open)
    return this.#readOn(file, open)
  }

  // Decides whether the file is still the one that was read up to the offset; if not, a new generation begins.
  #checkContinuity(file: TrackedFile, open: OpenFile): void {
    const reason = this.#reasonToRestart(file, open)
    file.isVerified = true
    if (reason === null) return
    startOver(file, reason)
    this.#options.openFiles.restart(file)
    crashPoint('generation_bump')
  }

  #reasonToRestart(file: TrackedFile, open: OpenFile): string | null {
    return decideRestart(file, file.size, (length) =>
      this.#buffer.subarray(0, readFully(open.fd, this.#buffer, length, file.offset - length)),
    )
  }

  #restartEmpty(file: TrackedFile, open: OpenFile): ReadOutcome {
    return { kind: 'segment', segment: this.#finish(file, open, 0, Buffer.alloc(0), new SegmentBuilder()), atEnd: true }
  }

  #readOn(file: TrackedFile, open: OpenFile): ReadOutcome {
    const prefix = file.marker.length
    if (file.scanned > file.offset) return this.#scanLongLine(file, open)
    const length = readFully(open.fd, this.#buffer, prefix + CHUNK_BYTES, file.offset - prefix)
    if (length < prefix) return this.#lookAgain(file)
    return this.#options.mark.during(file, () => this.#readSlice(file, open, this.#buffer.subarray(0, length)))
  }

  /** @param bytes what the marker covers, and what follows it */
  #readSlice(file: TrackedFile, open: OpenFile, bytes: Buffer): ReadOutcome {
    const prefix = file.marker.length
    const base = file.offset - prefix
    const segment = new SegmentBuilder()
    const budget = new WorkBudget()
    const lines = new ByteText(bytes)
    const end = splitLines(lines.text, prefix, (from, to) => {
      this.#readLine(open, lines.line(from, to), base + from, to + 1 - from, segment)
      return budget.takeLine(segment.weight)
    })
    const isRead = !budget.isSpent
    const atEnd = isRead && base + bytes.length >= file.size
    const rest = bytes.subarray(end)
    const settled = atEnd && rest.length > 0 ? this.#readOpenLine(file, open, rest, base + end, segment) : 0
    const to = base + end + settled
    file.hasOpenLine = atEnd && to < file.size
    if (isRead && !atEnd && end === prefix) return this.#beginLongLine(file, open, base + bytes.length)
    if (atEnd) open.reading.tick(this.#options.now(), to, segment)
    if (to === file.offset && !segment.hasEvents && file.restartReason === null) return this.#caughtUp(file, open)
    return { kind: 'segment', segment: this.#finish(file, open, to, bytes.subarray(0, end + settled), segment), atEnd }
  }

  #caughtUp(file: TrackedFile, open: OpenFile): ReadOutcome {
    file.sessionDueAt = open.reading.sessionDueAt
    return { kind: 'caught_up' }
  }

  // The file became shorter between two system calls; the next look tells how.
  #lookAgain(file: TrackedFile): ReadOutcome {
    file.isVerified = false
    return { kind: 'unfinished' }
  }

  #readLine(open: OpenFile, line: RawLine, offset: number, length: number, segment: SegmentBuilder): void {
    const { maxLineBytes, mark } = this.#options
    if (line.length <= maxLineBytes)
      mark.parse(offset, length, () => open.reading.readLine(line, offset, length, segment))
    else segment.countSkipped('line_too_long', offset, length, `${line.length} bytes`)
  }

  #isSettled(file: TrackedFile): boolean {
    return this.#options.now() - Number(file.mtimeNs / 1_000_000n) >= OPEN_LINE_SETTLES_MS
  }

  #readOpenLine(file: TrackedFile, open: OpenFile, line: Buffer, offset: number, segment: SegmentBuilder): number {
    if (!this.#isSettled(file) || line.length > this.#options.maxLineBytes || !isWholeObject(line)) return 0
    this.#readLine(open, new ByteText(line).whole(), offset, line.length, segment)
    return line.length
  }

  #beginLongLine(file: TrackedFile, open: OpenFile, scanned: number): ReadOutcome {
    file.scanned = scanned
    return this.#scanLongLine(file, open)
  }

  // A line longer than the buffer: first find its end without keeping it, then read it in one piece, or skip it.
  #scanLongLine(file: TrackedFile, open: OpenFile): ReadOutcome {
    const newline = this.#findNewline(file, open)
    if (newline === null) return file.scanned < file.size ? { kind: 'unfinished' } : this.#readLongOpenLine(file, open)
    const segment = new SegmentBuilder()
    const tail = this.#readLongLine(file, open, newline - file.offset, segment)
    const to = newline + 1
    return { kind: 'segment', segment: this.#finish(file, open, to, tail, segment), atEnd: to >= file.size }
  }

  #readLongOpenLine(file: TrackedFile, open: OpenFile): ReadOutcome {
    file.hasOpenLine = true
    const length = file.size - file.offset
    // Asked before the line is read: a long line that grows in small steps would be read again with each.
    if (!this.#isSettled(file) || length > this.#options.maxLineBytes) return this.#caughtUp(file, open)
    const line = readPiece(open.fd, file.offset, length)
    const segment = new SegmentBuilder()
    const settled = this.#options.mark.during(file, () => this.#readOpenLine(file, open, line, file.offset, segment))
    if (settled === 0) return this.#caughtUp(file, open)
    file.hasOpenLine = false
    return { kind: 'segment', segment: this.#finish(file, open, file.offset + settled, line, segment), atEnd: true }
  }

  #readLongLine(file: TrackedFile, open: OpenFile, length: number, segment: SegmentBuilder): Buffer {
    const whole = length + 1
    if (length > this.#options.maxLineBytes) {
      segment.countSkipped('line_too_long', file.offset, whole, `${length} bytes`)
      return readPiece(open.fd, file.offset + whole - MARKER_BYTES, MARKER_BYTES)
    }
    const line = readPiece(open.fd, file.offset, whole)
    this.#options.mark.during(file, () =>
      this.#readLine(open, new ByteText(line).line(0, length), file.offset, whole, segment),
    )
    return line
  }

  #findNewline(file: TrackedFile, open: OpenFile): number | null {
    const until = file.scanned + SCAN_BYTES
    while (file.scanned < Math.min(until, file.size)) {
      const length = readFully(open.fd, this.#buffer, this.#buffer.length, file.scanned)
      if (length === 0) return null
      const newline = this.#buffer.subarray(0, length).indexOf(0x0a)
      if (newline !== -1) return file.scanned + newline
      file.scanned += length
    }
    return null
  }

  #finish(file: TrackedFile, open: OpenFile, to: number, bytes: Buffer, segment: SegmentBuilder): Segment {
    file.size = Math.max(file.size, to)
    return finishSegment(file, open.reading, { to, bytes, segment })
  }
}

function readPiece(fd: number, position: number, length: number): Buffer {
  const piece = Buffer.allocUnsafeSlow(length)
  return piece.subarray(0, readFully(fd, piece, length, position))
}
