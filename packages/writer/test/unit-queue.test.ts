import { expect, test } from 'vitest'
import type { Unit } from '../src/unit.ts'
import { UnitQueue } from '../src/unit-queue.ts'

function unit(kind: 'event' | 'segment', rows: number, size = rows): Unit {
  return { kind, rows: Array.from({ length: rows }), size } as unknown as Unit
}

test('a batch closes at 2,000 events or 4 MiB, and a larger unit goes alone', () => {
  const queue = new UnitQueue()
  for (const size of [1_500, 500, 1, 3_000, 1]) queue.push(unit('segment', size))
  queue.push(unit('segment', 1, 5_000_000))
  const batches: number[][] = []
  while (!queue.isEmpty) batches.push(queue.takeBatch().map((taken) => taken.rows.length))
  expect(batches).toEqual([[1_500, 500], [1], [3_000], [1], [1]])
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
