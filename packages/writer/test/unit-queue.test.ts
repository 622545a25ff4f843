import { expect, test } from 'vitest'
import type { Unit } from '../src/unit.ts'
import { UnitQueue } from '../src/unit-queue.ts'

function unit(kind: 'event' | 'segment', rows: number, size = rows): Unit {
  return toUnit({ kind, rows, size, isUrgent: kind === 'event' })
}

function history(rows: number, delivered = rows): Unit {
  return toUnit({ kind: 'segment', rows, delivered })
}

function toUnit(parts: {
  readonly kind: string
  readonly rows: number
  readonly size?: number
  readonly delivered?: number
  readonly isUrgent?: boolean
}): Unit {
  const { kind, rows, size = rows, delivered = rows, isUrgent = false } = parts
  const segment = { tally: { delivered } }
  return { kind, rows: Array.from({ length: rows }), size, isUrgent, segment } as unknown as Unit
}

test('a batch closes at 2,000 events or 4 MiB, and a larger unit goes alone', () => {
  const queue = new UnitQueue()
  for (const size of [1_500, 500, 1, 3_000, 1]) queue.push(unit('segment', size))
  queue.push(unit('segment', 1, 5_000_000))
  const batches: number[][] = []
  while (!queue.isEmpty) batches.push(queue.takeBatch().map((taken) => taken.rows.length))
  expect(batches).toEqual([[1_500, 500], [1], [3_000], [1], [1]])
})

test('history waits for company, but not for long', () => {
  const queue = new UnitQueue()
  queue.push(history(10), 1_000)
  queue.push(history(10), 1_020)
  expect(queue.timeToGather(1_020)).toBe(30)
  expect(queue.timeToGather(1_050)).toBe(0)
  expect(queue.timeToGather(1_200)).toBe(0)
})

test('a clock that is put back makes nobody wait for it', () => {
  const queue = new UnitQueue()
  queue.push(history(10), 1_000_000)
  expect(queue.timeToGather(1_000)).toBe(50)
})

test('enough events, enough bytes, enough segments without events, or news end the waiting', () => {
  const enough = [[history(399), history(1)], [history(1, 700_000)], Array.from({ length: 160 }, () => history(0))]
  for (const units of [...enough, [history(1), unit('event', 1)]]) {
    const queue = new UnitQueue()
    for (const each of units) queue.push(each, 1_000)
    expect(queue.timeToGather(1_000)).toBe(0)
  }
})

test('once news have left, what remains waits for company again; what is put back does not', () => {
  const queue = new UnitQueue()
  queue.push(history(1), 1_000)
  queue.push(unit('event', 1), 1_000)
  queue.takeEvents()
  expect(queue.timeToGather(1_000)).toBe(50)
  queue.unshift(queue.takeBatch())
  expect(queue.timeToGather(1_000)).toBe(0)
})

test('what is put back comes first again', () => {
  const queue = new UnitQueue()
  const [first, second] = [unit('event', 1), unit('event', 1)]
  queue.push(first)
  const taken = queue.takeBatch()
  queue.push(second)
  queue.unshift(taken)
  expect(queue.takeAll()).toEqual([first, second])
})

test('events without a file can be taken past the segments that wait', () => {
  const queue = new UnitQueue()
  const [segment, event] = [unit('segment', 1), unit('event', 1)]
  queue.push(segment)
  queue.push(event)
  expect(queue.hasEvents).toBe(true)
  expect(queue.takeEvents()).toEqual([event])
  expect(queue.hasEvents).toBe(false)
  expect(queue.takeAll()).toEqual([segment])
})
