import { formatTurnCursor } from '../../src/api/cursor.ts'
import type { ApiEvent, TurnPage } from '../api/answers.ts'

/** A stretch of a conversation, however long the whole is. */
export interface TurnWindow {
  readonly turns: readonly ApiEvent[]
  /** Cursors of what comes before and after; null where there is nothing. */
  readonly earlier: string | null
  readonly later: string | null
}

/** Turns that are in the document at once. */
export const MOST_TURNS = 240

export const EMPTY: TurnWindow = { turns: [], earlier: null, later: null }

/** Adds what comes before; what falls off at the other end is read again when somebody comes there. */
export function prepend({ turns, later }: TurnWindow, page: TurnPage): TurnWindow {
  const all = [...page.turns, ...turns]
  const kept = all.slice(0, MOST_TURNS)
  return { turns: kept, earlier: page.earlier, later: all.length > kept.length ? cursorOf(kept.at(-1)) : later }
}

/** Adds what comes after. */
export function append({ turns, earlier }: TurnWindow, page: TurnPage): TurnWindow {
  const all = [...turns, ...page.turns]
  return { ...dropEarliest(all, earlier), later: page.more ? page.later : null }
}

/**
 * Puts turns that have just been recorded where they were said. Those beyond the stretch come by paging; where `isAtEnd`
 * is not, what is looked at stays, however many follow.
 */
export function merge(window: TurnWindow, arrived: readonly ApiEvent[], isAtEnd: boolean): TurnWindow {
  if (window.later !== null) return window
  const [first] = window.earlier === null ? [] : window.turns
  const known = new Map([...window.turns, ...arrived].map((turn) => [turn.id, turn]))
  const all = [...known.values()].sort(byTime).filter((turn) => first === undefined || byTime(turn, first) >= 0)
  if (isAtEnd) return { ...dropEarliest(all, window.earlier), later: null }
  const kept = all.slice(0, Math.max(MOST_TURNS, window.turns.length))
  return { turns: kept, earlier: window.earlier, later: all.length > kept.length ? cursorOf(kept.at(-1)) : null }
}

/** As if more came after: whoever is there reads on. */
export function withUnknownEnd(window: TurnWindow): TurnWindow {
  return window.later === null ? { ...window, later: cursorOf(window.turns.at(-1)) } : window
}

function dropEarliest(all: readonly ApiEvent[], earlier: string | null) {
  const turns = all.slice(-MOST_TURNS)
  return { turns, earlier: all.length > turns.length ? cursorOf(turns[0]) : earlier }
}

function cursorOf(turn: ApiEvent | undefined): string | null {
  return turn === undefined ? null : formatTurnCursor(turn)
}

function byTime(a: ApiEvent, b: ApiEvent): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? -1 : 1
  return Number(BigInt(a.id) - BigInt(b.id))
}
