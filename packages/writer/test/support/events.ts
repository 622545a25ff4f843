import { randomUUID } from 'node:crypto'
import type { EventInput } from '@turnlog/schema'
import type { FileCursor, Segment } from '../../src/index.ts'

/** A turn that is like no other. */
export function turn(text = 'hello', extra: object = {}): EventInput {
  return {
    event_type: 'turn_detected',
    event_key: randomUUID(),
    payload: {
      session_uuid: 'session-1',
      actor: 'user',
      text,
      source: 'watch',
      turn_timestamp: '2026-01-02T03:04:05.678Z',
      ...extra,
    },
  }
}

export function turns(count: number): EventInput[] {
  return Array.from({ length: count }, (_, index) => turn(`turn ${index}`))
}

/** An event that is none, as a reader that has gone wrong may hand it in. */
export function notAnEvent(value: object): EventInput {
  return value as EventInput
}

/** What one entry takes in the files of these tests. */
export const ENTRY_BYTES = 10

export interface SegmentOptions {
  readonly from?: number
  readonly file?: string
  readonly generation?: number
  readonly generationReason?: string
}

/** A segment that holds one entry for each event. */
export function segment(events: readonly EventInput[], options: SegmentOptions = {}): Segment {
  const { from = 0, file = '1', generation = 0, generationReason = null } = options
  const to = from + events.length * ENTRY_BYTES
  return {
    from,
    generationReason,
    cursor: cursor(file, generation, to),
    events: events.map((event, index) => ({ event, offset: from + index * ENTRY_BYTES, length: ENTRY_BYTES })),
    skipped: [],
    tally: { delivered: to - from, skipped: {} },
    unknownTypes: {},
  }
}

function cursor(file: string, generation: number, offset: number): FileCursor {
  return {
    agent: 'claude_code',
    path: `/transcripts/${file}.jsonl`,
    transcript: file,
    file: { device: '64', inode: file, birthTimeNs: '1767323045000000000' },
    generation,
    offset,
    marker: { hash: `hash at ${offset}`, length: 8 },
    state: { at: offset },
    size: offset,
    mtimeNs: '1767323045000000001',
  }
}
