import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createBatch } from '../src/batch/batch.ts'
import type { WriteRequest } from '../src/intake/write-request.ts'
import { RequestQueue } from '../src/queue/request-queue.ts'
import { ENTRY_BYTES, segment, turns } from './support/events.ts'

function request(kind: WriteRequest['kind'], rows: number, size: number): WriteRequest {
  const segment = { tally: { delivered: size } }
  return {
    kind,
    rows: Array.from({ length: rows }),
    size,
    isLive: kind === 'event',
    segment,
  } as unknown as WriteRequest
}

const command = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('push' as const),
      kind: fc.constantFrom('event' as const, 'segment' as const),
      rows: fc.constantFrom(0, 1, 500, 1_999, 2_000, 3_000),
      size: fc.constantFrom(1, 300_000, 1_048_576, 5_000_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('take' as const, 'take_events' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('put_back' as const) }) },
)

test('over any sequence of push, take and put back, each request leaves once, and those of a kind in their order', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const queue = new RequestQueue()
      const pushed: WriteRequest[] = []
      const left: WriteRequest[] = []
      let underway: readonly WriteRequest[] = []
      for (const next of commands) {
        if (next.do === 'push') {
          const added = request(next.kind, next.rows, next.size)
          pushed.push(added)
          queue.push(added)
          continue
        }
        // One batch is under way at a time: it was written, or comes back.
        if (next.do === 'put_back') queue.unshift(underway)
        else left.push(...underway)
        underway = []
        if (next.do === 'take') underway = queue.takeBatch()
        if (next.do === 'take_events') underway = queue.takeEvents()
      }
      left.push(...underway, ...queue.takeAll())
      expect(left).toHaveLength(pushed.length)
      for (const kind of ['event', 'segment'] as const) {
        expect(left.filter((one) => one.kind === kind)).toEqual(pushed.filter((one) => one.kind === kind))
      }
    }),
  )
})

const stretch = fc.record({
  file: fc.constantFrom('1', '2', '3'),
  entries: fc.nat({ max: 4 }),
  goes: fc.oneof(
    { weight: 6, arbitrary: fc.constant('on' as const) },
    { weight: 1, arbitrary: fc.constantFrom('from_the_start' as const, 'with_a_gap' as const) },
  ),
})

test('a batch and its left-over are the requests in order, and each file makes one step without a gap', () => {
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 20 }), (stretches) => {
      const requests = toRequests(stretches)
      const { batch, leftOver } = createBatch(requests)
      expect([...batch.requests, ...leftOver]).toEqual(requests)
      expect(batch.rows).toEqual(batch.requests.flatMap((one) => one.rows))
      expect(new Set(batch.steps.map(({ inode }) => inode)).size).toBe(batch.steps.length)
      for (const step of batch.steps) {
        const own = batch.requests.flatMap((one) =>
          one.kind === 'segment' && one.segment.cursor.file.inode === step.inode ? [one.segment] : [],
        )
        const last = own.at(-1)?.cursor
        expect([step.generation, step.committed_offset]).toEqual([last?.generation, last?.offset])
        expect(step.from_offset).toBe(own[0]?.from)
        const ofGeneration = own.filter(({ cursor }) => cursor.generation === step.generation)
        expect(step.delivered_bytes).toBe(ofGeneration.reduce((sum, { tally }) => sum + tally.delivered, 0))
      }
    }),
  )
})

function toRequests(
  stretches: readonly { readonly file: string; readonly entries: number; readonly goes: string }[],
): readonly WriteRequest[] {
  const places = new Map<string, { generation: number; offset: number }>()
  return stretches.map(({ file, entries, goes }) => {
    const at = places.get(file) ?? { generation: 0, offset: 0 }
    if (goes === 'from_the_start') Object.assign(at, { generation: at.generation + 1, offset: 0 })
    if (goes === 'with_a_gap') at.offset += ENTRY_BYTES
    const made = segment(turns(entries), { file, from: at.offset, generation: at.generation })
    at.offset = made.cursor.offset
    places.set(file, at)
    return { ...request('segment', entries, 1), segment: made, invalid: [] } as unknown as WriteRequest
  })
}
