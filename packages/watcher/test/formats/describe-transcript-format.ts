import { isTimestamp, parseEvent } from '@turnlog/schema'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SKIP_REASONS, type TranscriptFormat } from '../../src/formats/transcript-format.ts'
import { fileTime, identityOf, parseEntries, parseInPieces, parseValues, toEntries } from './parse-transcript.ts'

/** An invented transcript, and what was said in it. */
export interface Sample {
  readonly name: string
  /** Below the source folder. */
  readonly path: string
  readonly values: readonly Readonly<Record<string, unknown>>[]
  /** `actor kind: text` of every turn, in order. */
  readonly turns: readonly string[]
}

export interface FormatExamples {
  readonly samples: readonly Sample[]
  /** Paths of other files that lie in the same folders. */
  readonly otherFiles: readonly string[]
  /** A path of the first sample after it was moved. */
  readonly movedPath: string
}

const LARGEST_SNAPSHOT = 32_768

/** What every transcript format promises; see `TranscriptFormat`. */
export function describeTranscriptFormat(format: TranscriptFormat, examples: FormatExamples): void {
  describe(`the format ${format.agent}`, () => {
    describe('knows files', () => checkFiles(format, examples))
    for (const sample of examples.samples) describe(sample.name, () => checkSample(format, sample))
    describe('given anything at all', () => checkOddContent(format, examples.samples))
  })
}

function checkFiles(format: TranscriptFormat, { samples, otherFiles, movedPath }: FormatExamples): void {
  test('of its own, by a name that survives JSON', () => {
    for (const { path } of samples) {
      const identity = identityOf(format, path)
      expect(JSON.parse(JSON.stringify(identity))).toEqual(identity)
      expect(path.startsWith(identity.transcript)).toBe(false)
    }
  })

  test('under the same name wherever they are moved', () => {
    const [first] = samples
    expect(format.identify(movedPath)?.transcript).toBe(identityOf(format, first?.path ?? '').transcript)
  })

  test.each(otherFiles)('and leaves %s alone', (path) => {
    expect(format.identify(path)).toBeNull()
  })
}

function checkSample(format: TranscriptFormat, { path, values, turns }: Sample): void {
  const parsed = parseValues(format, path, values)
  const events = parsed.outcomes.flatMap((outcome) => outcome.events)

  test('yields what was said, in order', () => {
    expect(parsed.turns.map(({ payload }) => `${payload.actor} ${payload.kind}: ${payload.text}`)).toEqual(turns)
  })

  test('yields events that the schema accepts', () => {
    const issues = events.map((event) => parseEvent(event)).filter((result) => !result.ok)
    expect(issues).toEqual([])
  })

  test('names every event, the same one each time it is read', () => {
    const keys = events.map((event) => event.event_key)
    expect(keys).not.toContain(undefined)
    expect(parseValues(format, path, values).outcomes).toEqual(parsed.outcomes)
  })

  test('says why an entry is no turn, or gives the turn', () => {
    for (const { events, skipped } of parsed.outcomes) {
      const hasTurn = events.some((event) => event.event_type === 'turn_detected')
      expect(skipped === null).toBe(hasTurn)
      if (skipped !== null) expect(SKIP_REASONS).toContain(skipped)
    }
  })

  test('registers its session at most once, and before anything is said in it', () => {
    const types = events.map((event) => event.event_type)
    expect(types.lastIndexOf('session_registered')).toBeLessThanOrEqual(0)
  })

  test('goes on from a snapshot after every entry as if it had never stopped', () => {
    expect(parseInPieces(format, path, toEntries(values)).outcomes).toEqual(parsed.outcomes)
  })

  test('keeps no more in a snapshot than can be stored with every batch', () => {
    const parser = format.createParser(identityOf(format, path), null, fileTime)
    for (const entry of toEntries(Array.from({ length: 50 }, () => values).flat())) parser.parse(entry)
    expect(JSON.stringify(parser.snapshot()).length).toBeLessThan(LARGEST_SNAPSHOT)
  })

  test('takes the time from the transcript or its file, never from the clock', () => {
    const timeless = values.map(({ timestamp: _, ...rest }) => rest)
    const before = new Date().toISOString()
    for (const { payload } of parseValues(format, path, timeless).turns) {
      expect(payload.timestamp_source).toBeDefined()
      expect(payload.turn_timestamp < before).toBe(true)
    }
  })

  test('lets an entry without a time have that of the entry before it', () => {
    const [first, ...others] = values.map(({ timestamp: _, ...rest }) => rest)
    const timed = [{ ...first, timestamp: '2026-01-02T03:04:05.678Z' }, ...others]
    for (const turn of parseValues(format, path, timed).turns) expect(turn.timestamp).toBe('2026-01-02T03:04:05.678Z')
  })
}

function checkOddContent(format: TranscriptFormat, samples: readonly Sample[]): void {
  const values = samples.flatMap((sample) => sample.values)
  const paths = fc.constantFrom(...samples.map((sample) => sample.path))
  const odd = fc.oneof(
    fc.object(),
    fc.constant({}),
    // A real entry with something else in one place, which is what a new version of an agent writes.
    fc
      .tuple(fc.constantFrom(...values), fc.nat(), fc.jsonValue())
      .map(([value, at, other]) => replace(value, at, other)),
  ) as fc.Arbitrary<Record<string, unknown>>

  test('never throws, and yields only what the schema accepts', () => {
    fc.assert(
      fc.property(paths, fc.array(odd, { maxLength: 12 }), (path, entries) => {
        const { outcomes } = parseValues(format, path, entries)
        for (const { events, timestamp } of outcomes) {
          expect(timestamp === null || isTimestamp(timestamp)).toBe(true)
          for (const event of events) expect(parseEvent(event)).toMatchObject({ ok: true })
        }
      }),
      { numRuns: 300 },
    )
  })

  test('goes on from any snapshot as if it had never stopped', () => {
    fc.assert(
      fc.property(paths, fc.array(odd, { maxLength: 12 }), (path, entries) => {
        const all = toEntries(JSON.parse(JSON.stringify(entries)) as unknown[])
        expect(parseInPieces(format, path, all).outcomes).toEqual(parseEntries(format, path, all).outcomes)
      }),
      { numRuns: 300 },
    )
  })

  test('makes the same of an entry without words when its text is misread', () => {
    const entries = fc.array(fc.oneof(odd, foreign(fc.constantFrom(...values)), foreign(odd)), { maxLength: 12 })
    fc.assert(
      fc.property(paths, entries, (path, entries) => {
        const identity = identityOf(format, path)
        const [exact, skimming] = [
          format.createParser(identity, null, fileTime),
          format.createParser(identity, null, fileTime),
        ]
        for (const entry of toEntries(JSON.parse(JSON.stringify(entries)) as unknown[])) {
          const misread = { ...entry, value: misreadOf(entry.value) }
          const seen = skimming.isWordless(misread.value) ? misread : entry
          expect(skimming.parse(seen)).toEqual(exact.parse(entry))
          expect(skimming.snapshot()).toEqual(exact.snapshot())
        }
      }),
      { numRuns: 1_000 },
    )
  })

  test('counts types that it does not know', () => {
    const [sample] = samples
    const { outcomes } = parseValues(format, sample?.path ?? '', [{ type: 'brand-new', payload: {} }, {}])
    expect(outcomes.map(({ skipped, unknownType }) => ({ skipped, unknownType }))).toEqual([
      { skipped: 'unknown_type', unknownType: 'brand-new' },
      { skipped: 'unknown_type', unknownType: '(none)' },
    ])
  })
}

/** An entry in which some texts are of another script. */
function foreign(entries: fc.Arbitrary<Readonly<Record<string, unknown>>>): fc.Arbitrary<Record<string, unknown>> {
  const text = fc.constantFrom('größer', '\u00a0', '→', '日本', '🌱 grün', '\u3000')
  return fc
    .tuple(entries, fc.array(fc.tuple(fc.nat(), text), { minLength: 1, maxLength: 3 }))
    .map(([entry, changes]) => changes.reduce<unknown>((value, [at, to]) => replace(value, at, to), entry)) as never
}

/** What becomes of an entry when each of its bytes is taken for a character. */
function misreadOf(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return JSON.parse(Buffer.from(JSON.stringify(value)).toString('latin1')) as Readonly<Record<string, unknown>>
}

/** A deep copy with one of its values, counted in the order they are written, replaced. */
function replace(value: unknown, at: number, other: unknown): unknown {
  const copy = JSON.parse(JSON.stringify(value)) as unknown
  const places: (readonly [parent: Record<string, unknown>, key: string])[] = []
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    for (const key of Object.keys(node)) {
      places.push([node as Record<string, unknown>, key])
      visit((node as Record<string, unknown>)[key])
    }
  }
  visit(copy)
  const place = places[at % Math.max(1, places.length)]
  if (place !== undefined) place[0][place[1]] = other
  return copy
}
