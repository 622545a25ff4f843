import { expect, test } from 'vitest'
import type { WriteRequest } from '../src/intake/write-request.ts'
import { RequestQueue } from '../src/queue/request-queue.ts'

function request(kind: 'event' | 'segment', rows: number, size = rows): WriteRequest {
  return toRequest({ kind, rows, size, isLive: kind === 'event' })
}

function history(rows: number, delivered = rows): WriteRequest {
  return toRequest({ kind: 'segment', rows, delivered })
}

function toRequest(parts: {
  readonly kind: string
  readonly rows: number
  readonly size?: number
  readonly delivered?: number
  readonly isLive?: boolean
}): WriteRequest {
  const { kind, rows, size = rows, delivered = rows, isLive = false } = parts
  const segment = { tally: { delivered } }
  return { kind, rows: Array.from({ length: rows }), size, isLive, segment } as unknown as WriteRequest
}

test('a batch holds at most 2,000 events or 1 MiB, and a larger request is a batch of its own', () => {
  const queue = new RequestQueue()
  for (const size of [1_500, 500, 1, 3_000, 1]) queue.push(request('segment', size))
  queue.push(request('segment', 1, 5_000_000))
  const batches: number[][] = []
  while (!queue.isEmpty) batches.push(queue.takeBatch().map((taken) => taken.rows.length))
  expect(batches).toEqual([[1_500, 500], [1], [3_000], [1], [1]])
})

test('history lingers at most 50 ms', () => {
  const queue = new RequestQueue()
  queue.push(history(10), 1_000)
  queue.push(history(10), 1_020)
  expect(queue.lingerMs(1_020)).toBe(30)
  expect(queue.lingerMs(1_050)).toBe(0)
  expect(queue.lingerMs(1_200)).toBe(0)
})

test('a clock that is set back does not prolong the wait', () => {
  const queue = new RequestQueue()
  queue.push(history(10), 1_000_000)
  expect(queue.lingerMs(1_000)).toBe(50)
})

test('enough events, enough bytes, enough segments without events, or a live request end the wait', () => {
  const enough = [[history(399), history(1)], [history(1, 700_000)], Array.from({ length: 160 }, () => history(0))]
  for (const requests of [...enough, [history(1), request('event', 1)]]) {
    const queue = new RequestQueue()
    for (const each of requests) queue.push(each, 1_000)
    expect(queue.lingerMs(1_000)).toBe(0)
  }
})

test('once live requests have left, the rest lingers again; requests that are put back do not', () => {
  const queue = new RequestQueue()
  queue.push(history(1), 1_000)
  queue.push(request('event', 1), 1_000)
  queue.takeEvents()
  expect(queue.lingerMs(1_000)).toBe(50)
  queue.unshift(queue.takeBatch())
  expect(queue.lingerMs(1_000)).toBe(0)
})

test('requests that are put back come first again', () => {
  const queue = new RequestQueue()
  const [first, second] = [request('event', 1), request('event', 1)]
  queue.push(first)
  const taken = queue.takeBatch()
  queue.push(second)
  queue.unshift(taken)
  expect(queue.takeAll()).toEqual([first, second])
})

test('events without a file can be taken past waiting segments', () => {
  const queue = new RequestQueue()
  const [segment, event] = [request('segment', 1), request('event', 1)]
  queue.push(segment)
  queue.push(event)
  expect(queue.hasEvents).toBe(true)
  expect(queue.takeEvents()).toEqual([event])
  expect(queue.hasEvents).toBe(false)
  expect(queue.takeAll()).toEqual([segment])
})

test('a batch holds a bounded number of requests, because a request may hold no event', () => {
  const queue = new RequestQueue()
  for (let added = 0; added < 2_500; added += 1) queue.push(history(0))
  expect(queue.takeBatch()).toHaveLength(2_000)
  expect(queue.takeBatch()).toHaveLength(500)
})
