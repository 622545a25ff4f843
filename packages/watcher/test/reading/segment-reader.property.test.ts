import { appendFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type TrackedFile, trackKnownFile, trackNewFile } from '../../src/files/tracked-file.ts'
import { claudeCode } from '../../src/formats/claude-code/index.ts'
import type { FileCursor, Segment, SkippedRange } from '../../src/index.ts'
import { OpenFiles } from '../../src/reading/open-files.ts'
import { ReadMark } from '../../src/reading/read-mark.ts'
import { SegmentReader } from '../../src/reading/segment-reader.ts'
import { SkippedRanges } from '../../src/reading/skipped-ranges.ts'
import { bookkeepingLine, promptLine } from '../support/claude-lines.ts'
import { scratchFolder } from '../support/scratch-folder.ts'

/*
 * The same bytes, written in other pieces and read by other processes: the same events, in the same places, and the
 * same account.
 */

const MAX_LINE_BYTES = 300_000
const NAME = '11111111-2222-4333-8444-555555555555.jsonl'

const text = fc.oneof(
  { weight: 8, arbitrary: fc.string({ unit: 'grapheme', maxLength: 30 }) },
  // Longer than what is read at once, and just below and above the longest line that is kept.
  { weight: 1, arbitrary: fc.constantFrom(262_000, 299_600, 300_100).map((length) => 'x'.repeat(length)) },
)
const ending = fc.constantFrom('\n', '\r\n')
const line = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('prompt' as const), text, ending) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('bookkeeping' as const), fc.constant('m'), ending) },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constant('raw' as const),
      fc.constantFrom('', ' ', '{torn', '[1]', '\0\0', '\ufeff'),
      ending,
    ),
  },
  // Two entries without a newline between them.
  { weight: 1, arbitrary: fc.tuple(fc.constant('prompt' as const), text, fc.constant('')) },
)

function toBytes(lines: readonly (readonly [string, string, string])[]): Buffer {
  return Buffer.from(
    lines
      .map(([kind, words, end], index) => {
        if (kind === 'prompt') return promptLine(`u${index}`, words).slice(0, -1) + end
        return (kind === 'raw' ? words : bookkeepingLine(words).slice(0, -1)) + end
      })
      .join(''),
  )
}

/** One process that reads the file, until it has nothing more to read. */
class Reading {
  readonly #file: TrackedFile
  readonly #openFiles = new OpenFiles(5_400_000)
  // The last line never settles: what has no newline is not there yet.
  readonly #reader = new SegmentReader({
    openFiles: this.#openFiles,
    maxLineBytes: MAX_LINE_BYTES,
    mark: new ReadMark(null),
    now: () => 0,
  })

  constructor(path: string, cursor: FileCursor | null) {
    const stats = statSync(path, { bigint: true })
    const transcript = claudeCode.identify(NAME)
    if (transcript === null) throw new Error('This is a transcript')
    const place = { key: `${stats.dev}:${stats.ino}`, format: claudeCode, path, relativePath: NAME, transcript }
    this.#file = cursor === null ? trackNewFile(stats, place) : trackKnownFile(cursor, stats, place)
  }

  readOn(): readonly Segment[] {
    const segments: Segment[] = []
    for (;;) {
      const outcome = this.#reader.read(this.#file)
      if (outcome.kind === 'segment') segments.push(outcome.segment)
      else if (outcome.kind !== 'unfinished') return segments
    }
  }

  end(): void {
    this.#openFiles.closeAll()
  }
}

// Ranges are joined within a segment; where one read ends and the next begins is another matter.
function joinRanges(ranges: readonly SkippedRange[]): readonly SkippedRange[] {
  const joined = new SkippedRanges()
  for (const range of ranges) joined.add(range)
  return joined.all
}

function accountOf(segments: readonly Segment[]) {
  const skipped: Record<string, number> = {}
  for (const { tally } of segments) {
    for (const [reason, bytes] of Object.entries(tally.skipped)) skipped[reason] = (skipped[reason] ?? 0) + bytes
  }
  return {
    events: segments.flatMap(({ events }) => events.map(({ event, offset, length }) => ({ event, offset, length }))),
    ranges: joinRanges(segments.flatMap((segment) => segment.skipped)),
    delivered: segments.reduce((sum, { tally }) => sum + tally.delivered, 0),
    skipped,
    end: segments.at(-1)?.cursor.offset ?? 0,
  }
}

test('whatever pieces a file is written in, and whoever reads it on after a crash: the same events and account', () => {
  const step = fc.record({ bytes: fc.nat(), restart: fc.boolean(), crash: fc.boolean() })
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.array(step, { maxLength: 15 }), (lines, steps) => {
      using folder = scratchFolder()
      const bytes = toBytes(lines)
      const whole = join(folder.path, 'whole.jsonl')
      writeFileSync(whole, bytes)
      const atOnce = new Reading(whole, null)
      const expected = accountOf(atOnce.readOn())
      atOnce.end()

      const path = join(folder.path, 'pieces.jsonl')
      writeFileSync(path, '')
      let reading = new Reading(path, null)
      const committed: Segment[] = []
      let written = 0
      for (const { bytes: count, restart, crash } of [
        ...steps,
        { bytes: bytes.length, restart: false, crash: false },
      ]) {
        const to = Math.min(bytes.length, written + (count % (bytes.length + 1)))
        appendFileSync(path, bytes.subarray(written, count === bytes.length ? bytes.length : to))
        written = count === bytes.length ? bytes.length : to
        const segments = reading.readOn()
        // A crash loses what was read last and not committed yet.
        committed.push(...(crash ? segments.slice(0, -1) : segments))
        if (!restart && !crash) continue
        reading.end()
        const cursor = committed.at(-1)?.cursor ?? null
        reading = new Reading(path, cursor === null ? null : (JSON.parse(JSON.stringify(cursor)) as FileCursor))
      }
      committed.push(...reading.readOn())
      reading.end()

      const account = accountOf(committed)
      const paths = (value: object) => JSON.stringify(value).replaceAll(path, whole)
      expect(JSON.parse(paths(account))).toEqual(JSON.parse(JSON.stringify(expected)))
      const accounted = Object.values(account.skipped).reduce((sum, reason) => sum + reason, account.delivered)
      expect(accounted).toBe(account.end)
      expect(account.end).toBe(bytes.lastIndexOf(0x0a) + 1)
    }),
    { numRuns: 200 },
  )
}, 60_000)
