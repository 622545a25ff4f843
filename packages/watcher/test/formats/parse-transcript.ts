import type { EventInput } from '@turnlog/schema'
import type {
  Entry,
  EntryOutcome,
  TranscriptFormat,
  TranscriptIdentity,
  TranscriptParser,
} from '../../src/formats/transcript-format.ts'
import type { JsonObject } from '../../src/json.ts'

export type Turn = EventInput<'turn_detected'>
export type Registration = EventInput<'session_registered'>

/** What a whole transcript yields. */
export interface ParsedTranscript {
  readonly outcomes: readonly EntryOutcome[]
  readonly turns: readonly Turn[]
  readonly registrations: readonly Registration[]
}

/** The name of a file as its format knows it; fails for a file that is none of its transcripts. */
export function identityOf(format: TranscriptFormat, path: string): TranscriptIdentity {
  const identity = format.identify(path)
  if (identity === null) throw new Error(`${format.agent} does not know the file ${path}`)
  return identity
}

/** Values as entries, as if each stood on a line of its own. */
export function toEntries(values: readonly unknown[]): readonly Entry[] {
  let offset = 0
  return values.map((value) => {
    const length = Buffer.byteLength(JSON.stringify(value))
    const entry = { value: value as Entry['value'], offset, length }
    offset += length + 1
    return entry
  })
}

/** Splits a file into its objects; the plainest way that does. */
export function splitEntries(bytes: Buffer): readonly Entry[] {
  const entries: Entry[] = []
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(0x0a, start)
    const end = newline === -1 ? bytes.length : newline
    entries.push(...objectsIn(bytes.toString('utf8', start, end).replace(/^\uFEFF/, ''), start))
    start = end + 1
  }
  return entries
}

/** The objects of one line: one, or several where a newline was lost. */
function objectsIn(line: string, offset: number): readonly Entry[] {
  const cuts = [...line.matchAll(/\}(?=\{)|\}\s*$/g)].map((match) => match.index + 1)
  let start = 0
  return cuts.flatMap((cut) => {
    const value = parseObject(line.slice(start, cut))
    if (value === null) return []
    const entry = { value, offset: offset + Buffer.byteLength(line.slice(0, start)), length: cut - start }
    start = cut
    return [entry]
  })
}

function parseObject(text: string): Entry['value'] | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Entry['value']) : null
  } catch {
    return null
  }
}

/** When the file of a transcript in these tests was last written to. */
export const FILE_TIME = '2026-04-03T02:01:00.000Z'
export const fileTime = () => FILE_TIME

/** Parses entries from the start of a file. */
export function parseEntries(format: TranscriptFormat, path: string, entries: readonly Entry[]): ParsedTranscript {
  return collect(entries, format.createParser(identityOf(format, path), null, fileTime))
}

/** Parses values, each on a line of its own. */
export function parseValues(format: TranscriptFormat, path: string, values: readonly unknown[]): ParsedTranscript {
  return parseEntries(format, path, toEntries(values))
}

/** The same, but with a new parser after every entry, that knows only what went through JSON. */
export function parseInPieces(format: TranscriptFormat, path: string, entries: readonly Entry[]): ParsedTranscript {
  const identity = identityOf(format, path)
  let state: JsonObject | null = null
  return collect(entries, {
    parse: (entry) => {
      const parser = format.createParser(identity, state, fileTime)
      const outcome = parser.parse(entry)
      state = JSON.parse(JSON.stringify(parser.snapshot())) as JsonObject
      return outcome
    },
  })
}

function collect(entries: readonly Entry[], parser: Pick<TranscriptParser, 'parse'>): ParsedTranscript {
  const outcomes = entries.map((entry) => parser.parse(entry))
  const events = outcomes.flatMap((outcome) => outcome.events)
  return {
    outcomes,
    turns: events.filter((event) => event.event_type === 'turn_detected'),
    registrations: events.filter((event) => event.event_type === 'session_registered'),
  }
}
