import { startOver, type TrackedFile } from '../files/tracked-file.ts'
import { ByteText, type RawLine } from '../lines/byte-text.ts'
import { isWholeObject } from '../lines/is-whole-object.ts'
import { LineJoiner } from '../lines/line-joiner.ts'
import { splitLines } from '../lines/split-lines.ts'
import { Archive, isDamage } from './archive.ts'
import { type FinishedStretch, finishSegment } from './finish-segment.ts'
import { fitsMarker, MARKER_BYTES } from './marker.ts'
import type { ReadMark } from './read-mark.ts'
import { SegmentBuilder } from './segment-builder.ts'
import { OPEN_LINE_SETTLES_MS, type ReadOutcome } from './segment-reader.ts'
import { TranscriptReading } from './transcript-reading.ts'
import { WorkBudget } from './work-budget.ts'

/** How many pieces are gone through before others have their turn. */
const PIECES_PER_LOOK = 16

export interface ArchiveReaderOptions {
  readonly maxLineBytes: number
  readonly inactivityTimeoutMs: number
  /** Names on disk what is being parsed. */
  readonly mark: ReadMark
  readonly now: () => number
}

/** Lines that came out and are being parsed, a slice at a time. */
interface PendingLines {
  readonly text: ByteText
  /** The offset of the first byte of the text. */
  readonly base: number
  /** The first byte of the text that was not parsed yet. */
  from: number
}

interface OpenArchive {
  readonly file: TrackedFile
  readonly archive: Archive
  readonly reading: TranscriptReading
  readonly lines: LineJoiner
  pending: PendingLines | null
  /** Bytes of the content that came out so far. */
  position: number
  /** The end of what came out, for as long as the way to the cursor is only skipped. */
  before: Buffer
}

/**
 * Reads compressed transcripts. Offsets are those of the content: the same as in the file that was compressed, so
 * that an entry has the same identity in both, and reading one after the other stores nothing twice.
 *
 * A compressed file does not grow; it is read from its start to its end, and one at a time is open. Where reading
 * stopped in the middle, the way to there is decompressed once more and the marker compared.
 */
export class ArchiveReader {
  readonly #options: ArchiveReaderOptions
  #open: OpenArchive | null = null

  constructor(options: ArchiveReaderOptions) {
    this.#options = options
  }

  /** The next segment of a file. Rejects with what the file system throws. */
  async read(file: TrackedFile): Promise<ReadOutcome> {
    const open = this.#open?.file === file ? this.#open : this.#begin(file)
    if (open === null) return { kind: 'replaced' }
    if (file.archive !== 'open') return this.#letTimePass(open)
    if (open.pending !== null) return this.#readSlice(open, open.pending)
    try {
      return open.position < file.offset ? await this.#skip(open) : await this.#readOn(open)
    } catch (error) {
      this.close()
      if (!isDamage(error)) throw error
      return this.#giveUp(open, error as Error)
    }
  }

  close(): void {
    this.#open?.archive.close()
    this.#open = null
  }

  #begin(file: TrackedFile): OpenArchive | null {
    this.close()
    const archive = Archive.open(file)
    if (archive === null) return null
    if (archive.size !== file.size || archive.mtimeNs !== file.mtimeNs || !file.isVerified) file.archive = 'open'
    file.size = archive.size
    file.mtimeNs = archive.mtimeNs
    file.isVerified = true
    file.hasOpenLine = false
    const { maxLineBytes, inactivityTimeoutMs } = this.#options
    const lines = new LineJoiner({ maxLineBytes, keptBytes: MARKER_BYTES })
    const reading = new TranscriptReading(file, inactivityTimeoutMs)
    this.#open = { file, archive, reading, lines, pending: null, position: 0, before: Buffer.alloc(0) }
    return this.#open
  }

  async #skip(open: OpenArchive): Promise<ReadOutcome> {
    for (let count = 0; count < PIECES_PER_LOOK && open.position < open.file.offset; count += 1) {
      const piece = await open.archive.next()
      if (piece === null) return this.#startOver(open, 'truncated')
      const cut = Math.min(piece.length, open.file.offset - open.position)
      open.before = Buffer.concat([open.before, piece.subarray(0, cut)]).subarray(-MARKER_BYTES)
      open.position += cut
      if (open.position < open.file.offset) continue
      const { marker } = open.file
      const before = open.before.subarray(open.before.length - marker.length)
      if (!fitsMarker(marker, before)) return this.#startOver(open, 'rewritten')
      if (cut < piece.length) return this.#take(open, piece.subarray(cut)) ?? { kind: 'unfinished' }
    }
    return { kind: 'unfinished' }
  }

  #startOver(open: OpenArchive, reason: string): ReadOutcome {
    startOver(open.file, reason)
    this.close()
    return { kind: 'unfinished' }
  }

  async #readOn(open: OpenArchive): Promise<ReadOutcome> {
    for (let count = 0; count < PIECES_PER_LOOK; count += 1) {
      const piece = await open.archive.next()
      const outcome = piece === null ? this.#readEnd(open) : this.#take(open, piece)
      if (outcome !== null) return outcome
    }
    return { kind: 'unfinished' }
  }

  #take(open: OpenArchive, piece: Buffer): ReadOutcome | null {
    open.position += piece.length
    const lines = open.lines.add(piece)
    if (lines === null) return null
    const { bytes, dropped } = lines
    const base = open.file.offset + dropped
    // The end of a line that was too long to be kept.
    const from = dropped > 0 ? bytes.indexOf(0x0a) + 1 : 0
    const segment = new SegmentBuilder()
    if (from > 0) this.#skipLine(open.file.offset, dropped + from, segment)
    return this.#readSlice(open, { text: new ByteText(bytes), base, from }, segment)
  }

  #readSlice(open: OpenArchive, lines: PendingLines, segment: SegmentBuilder = new SegmentBuilder()): ReadOutcome {
    const { text, base, from } = lines
    const budget = new WorkBudget()
    const to = this.#options.mark.during(open.file, () =>
      splitLines(text.text, from, (start, end) => {
        this.#readLine(open, text.line(start, end), base + start, segment)
        return budget.takeLine(segment.weight)
      }),
    )
    open.pending = to < text.bytes.length ? { text, base, from: to } : null
    return this.#finish(open, { to: base + to, bytes: text.bytes.subarray(0, to), segment })
  }

  #readLine(open: OpenArchive, line: RawLine, offset: number, segment: SegmentBuilder): void {
    const length = line.length + 1
    if (line.length > this.#options.maxLineBytes) this.#skipLine(offset, length, segment)
    else this.#readWhole(open, line, offset, length, segment)
  }

  #readWhole({ reading }: OpenArchive, line: RawLine, offset: number, length: number, segment: SegmentBuilder): void {
    this.#options.mark.parse(offset, length, () => reading.readLine(line, offset, length, segment))
  }

  #skipLine(offset: number, length: number, segment: SegmentBuilder): void {
    segment.countSkipped('line_too_long', offset, length, `${length - 1} bytes`)
  }

  // What was compressed in the middle of a line stays without an account, like the torn line of any file.
  #readEnd(open: OpenArchive): ReadOutcome {
    const { file, reading } = open
    const segment = new SegmentBuilder()
    const rest = open.lines.rest
    const line = rest !== null && isWholeObject(rest) ? rest : Buffer.alloc(0)
    const to = file.offset + line.length
    if (line.length > 0) {
      this.#options.mark.during(open.file, () =>
        this.#readWhole(open, new ByteText(line).whole(), file.offset, line.length, segment),
      )
    }
    reading.tick(this.#options.now(), to, segment)
    this.close()
    file.archive = 'read'
    return this.#finish(open, { to, bytes: line, segment })
  }

  // Another process may be writing it: then it is looked at once more when it has settled.
  #giveUp(open: OpenArchive, error: Error): ReadOutcome {
    const { file } = open
    if (this.#options.now() - Number(file.mtimeNs / 1_000_000n) < OPEN_LINE_SETTLES_MS) {
      file.hasOpenLine = true
      return { kind: 'caught_up' }
    }
    const segment = new SegmentBuilder()
    segment.countSkipped('damaged_archive', file.offset, 0, error.message)
    file.archive = 'damaged'
    return this.#finish(open, { to: file.offset, bytes: Buffer.alloc(0), segment })
  }

  #letTimePass(open: OpenArchive): ReadOutcome {
    const { file, reading } = open
    this.close()
    const segment = new SegmentBuilder()
    reading.tick(this.#options.now(), file.offset, segment)
    if (segment.hasEvents) return this.#finish(open, { to: file.offset, bytes: Buffer.alloc(0), segment })
    file.sessionDueAt = reading.sessionDueAt
    return { kind: 'caught_up' }
  }

  #finish({ file, reading }: OpenArchive, stretch: FinishedStretch): ReadOutcome {
    const segment = finishSegment(file, reading, stretch)
    file.state = JSON.stringify(segment.cursor.state)
    return { kind: 'segment', segment, atEnd: file.archive !== 'open' }
  }
}
