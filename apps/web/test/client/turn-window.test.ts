import { expect, test } from 'vitest'
import type { ApiEvent } from '../../client/api/answers.ts'
import { append, EMPTY, MOST_TURNS, merge, prepend, withUnknownEnd } from '../../client/stores/turn-window.ts'
import { parseTurnCursor } from '../../src/api/cursor.ts'

function turn(number: number): ApiEvent {
  const timestamp = new Date(1e12 + number * 1_000).toISOString().replace('Z', '000Z')
  const rest = { event_key: '', event_type: 'turn_detected', recorded_at: timestamp, session_uuid: 's', host: 'h' }
  return { id: String(number), timestamp, cursor: `1-${number}`, payload: {}, ...rest }
}

function turns(from: number, to: number): readonly ApiEvent[] {
  return Array.from({ length: to - from }, (_, index) => turn(from + index))
}

const page = (from: number, to: number, more = true) => ({
  turns: turns(from, to),
  more,
  earlier: 'before',
  later: 'after',
})
const ends = ({ turns }: { turns: readonly ApiEvent[] }) => [Number(turns[0]?.id), Number(turns.at(-1)?.id)]

test('going back drops what was said last, and the way back to it is kept', () => {
  let window = { ...EMPTY, turns: turns(1_000, 1_200), earlier: 'x' as string | null }
  window = { ...window, ...prepend(window, page(900, 1_000)) }
  expect(window.turns).toHaveLength(MOST_TURNS)
  expect(ends(window)).toEqual([900, 900 + MOST_TURNS - 1])
  expect(parseTurnCursor((window as { later: string | null }).later ?? '')?.id).toBe(String(900 + MOST_TURNS - 1))
})

test('going on drops what was said first', () => {
  const window = append({ ...EMPTY, turns: turns(0, 200) }, page(200, 260, false))
  expect(ends(window)).toEqual([260 - MOST_TURNS, 259])
  expect(parseTurnCursor(window.earlier ?? '')?.id).toBe(String(260 - MOST_TURNS))
  expect(window.later).toBeNull()
})

test('at the end new turns push the oldest out', () => {
  const window = merge({ ...EMPTY, turns: turns(0, MOST_TURNS) }, [turn(MOST_TURNS)], true)
  expect(ends(window)).toEqual([1, MOST_TURNS])
  expect(window.later).toBeNull()
})

test('whoever reads further up keeps what they read, and finds new turns by reading on', () => {
  const window = merge({ ...EMPTY, turns: turns(0, MOST_TURNS) }, [turn(MOST_TURNS)], false)
  expect(ends(window)).toEqual([0, MOST_TURNS - 1])
  expect(parseTurnCursor(window.later ?? '')?.id).toBe(String(MOST_TURNS - 1))
})

test('a turn that was said earlier than others is put among them, once', () => {
  const some = [turn(1), turn(3)]
  const window = merge({ ...EMPTY, turns: some }, [turn(2), turn(3)], true)
  expect(window.turns.map(({ id }) => id)).toEqual(['1', '2', '3'])
})

test('a turn before the stretch comes by paging', () => {
  const window = merge({ turns: turns(5, 8), earlier: 'x', later: null }, [turn(2)], true)
  expect(ends(window)).toEqual([5, 7])
})

test('an end of which nothing is known any more is read on from', () => {
  expect(withUnknownEnd({ ...EMPTY, turns: turns(0, 3) }).later).toMatch(/_2$/)
  expect(withUnknownEnd(EMPTY).later).toBeNull()
})
