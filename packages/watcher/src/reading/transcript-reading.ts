import { isAscii } from 'node:buffer'
import type { EventInput } from '@turnlog/schema'
import { crashPoint } from '../crash-point.ts'
import type { TrackedFile } from '../files/tracked-file.ts'
import type { Entry, TranscriptIdentity, TranscriptParser } from '../formats/transcript-format.ts'
import type { JsonObject } from '../json.ts'
import type { RawLine } from '../lines/byte-text.ts'
import { type LineGap, type LineObject, type ParsedLine, parseLine, skimLine } from '../lines/parse-line.ts'
import { whyNoObject } from '../lines/why-no-object.ts'
import { SessionClock } from '../sessions/session-clock.ts'
import { fileTime } from './file-time.ts'
import { fromSavedState, toSavedState } from './saved-state.ts'
import type { SegmentBuilder } from './segment-builder.ts'
import { UnknownTypeNames } from './unknown-types.ts'

/** The payload key that says that bytes of the entry were no UTF-8 and stand as U+FFFD in its text. */
const INVALID_UTF8_KEY = 'invalid_utf8'

/**
 * The reading of one transcript from line to event: the format's parser, the session's clock, and what both have to
 * remember between two lines.
 */
export class TranscriptReading {
  readonly #parser: TranscriptParser
  /** Null for a subagent's transcript: its session is another file's to end. */
  readonly #clock: SessionClock | null
  readonly #transcript: TranscriptIdentity
  readonly #path: string
  readonly #unknownTypes: UnknownTypeNames

  constructor(file: TrackedFile, inactivityTimeoutMs: number) {
    const { format, transcript } = file
    const state = file.state === null ? null : toSavedState(JSON.parse(file.state) as JsonObject)
    this.#transcript = transcript
    this.#path = file.path
    this.#unknownTypes = new UnknownTypeNames(state?.unknownTypes ?? [])
    this.#parser = format.createParser(transcript, state?.parser ?? null, () => fileTime(file))
    this.#clock =
      transcript.agentId === null
        ? new SessionClock({ agent: format.agent, timeoutMs: inactivityTimeoutMs, state: state?.clock ?? null })
        : null
  }

  /**
   * Reads one line into a segment.
   *
   * @param offset where the line begins in the file
   * @param length its bytes with what ends it, all of which are accounted for
   */
  readLine(line: RawLine, offset: number, length: number, segment: SegmentBuilder): void {
    crashPoint('while_parsing', this.#path)
    const { objects, gaps } = this.#parseLine(line)
    // What ends the line belongs to whatever stands last in it.
    const endOf = (end: number) => (end === line.length ? length : end)
    for (const gap of gaps) segment.countSkipped(gap.reason, offset + gap.start, endOf(gap.end) - gap.start)
    for (const object of objects) {
      this.#readObject(object, offset + object.start, endOf(object.end) - object.start, segment)
    }
  }

  #parseLine(line: RawLine): ParsedLine {
    const { text } = line
    const reason = whyNoObject(text)
    // A character for each byte: what is no ASCII may be white space.
    if (reason !== null && (line.isAmongAscii || reason !== 'malformed')) return wholeGap(reason, line.length)
    const value = skimLine(text)
    if (value === null || !this.#isReadRight(line, value)) return parseLine(line.bytes)
    return wholeLine(value, line.length)
  }

  // Whether the object is the right one in all that matters, though the line was read as if bytes were characters.
  #isReadRight(line: RawLine, value: Entry['value']): boolean {
    return line.isAmongAscii || this.#parser.isWordless(value) || isAscii(line.bytes)
  }

  /** Lets time pass at the end of the file. */
  tick(now: number, offset: number, segment: SegmentBuilder): void {
    const ending = this.#clock?.tick(now)
    if (ending != null) segment.addEvent(ending, offset, 0)
  }

  get sessionDueAt(): number | null {
    return this.#clock?.dueAt ?? null
  }

  snapshot(): JsonObject {
    const unknownTypes = this.#unknownTypes.snapshot()
    return fromSavedState({
      transcript: this.#transcript,
      parser: this.#parser.snapshot(),
      clock: this.#clock?.snapshot() ?? null,
      ...(unknownTypes.length === 0 ? {} : { unknownTypes }),
    })
  }

  #readObject(object: LineObject, offset: number, length: number, segment: SegmentBuilder): void {
    const entry: Entry = { value: object.value, offset, length: object.end - object.start }
    const outcome = this.#parser.parse(entry)
    const ending = outcome.timestamp === null ? null : this.#clock?.observe(outcome.timestamp)
    if (ending != null) segment.addEvent(ending, offset, 0)
    for (const event of outcome.events) {
      if (event.event_type === 'session_registered') this.#clock?.register(event.payload.session_uuid)
      segment.addEvent(this.#complete(event, object), offset, length)
    }
    if (outcome.skipped === null) segment.countDelivered(length)
    else segment.countSkipped(outcome.skipped, offset, length)
    if (outcome.unknownType !== undefined) segment.countUnknownType(this.#unknownTypes.nameOf(outcome.unknownType))
  }

  // The formats know neither paths nor bytes; what the watcher knows beside the entry is added here.
  #complete(event: EventInput, object: LineObject): EventInput {
    if (event.event_type === 'session_registered') {
      return { ...event, payload: { ...event.payload, transcript_path: this.#path } }
    }
    if (!object.invalidUtf8) return event
    return { ...event, payload: { ...event.payload, [INVALID_UTF8_KEY]: true } } as EventInput
  }
}

function wholeLine(value: LineObject['value'], length: number): ParsedLine {
  return { objects: [{ value, start: 0, end: length, invalidUtf8: false }], gaps: [] }
}

function wholeGap(reason: LineGap['reason'], length: number): ParsedLine {
  return { objects: [], gaps: [{ start: 0, end: length, reason }] }
}
