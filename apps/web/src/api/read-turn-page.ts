import { type ReadTurnsOptions, readEvent, readTurns, type StoredEvent, type TurnPosition } from '@turnlog/database'
import { formatTurnCursor } from './cursor.ts'
import { type ApiEvent, toApiEvent } from './to-api-event.ts'

type Db = Parameters<typeof readTurns>[0]

export interface TurnPageRequest {
  readonly limit: number
  readonly cut?: number | undefined
  readonly before?: TurnPosition | undefined
  readonly after?: TurnPosition | undefined
  /** The id of a turn of the session. */
  readonly around?: string | undefined
  readonly at: 'start' | 'end'
}

export interface TurnPage {
  readonly turns: readonly ApiEvent[]
  /** There is more in the direction that was asked for. */
  readonly more: boolean
  /** Cursors of what comes before and after. `earlier` is null at the beginning; the end is never known to be one. */
  readonly earlier: string | null
  readonly later: string | null
}

/** Null if `around` is no turn of the session. */
export function readTurnPage(db: Db, session: string, request: TurnPageRequest): Promise<TurnPage | null> {
  const { limit, cut, before, after, around, at } = request
  const options = { session, limit, ...(cut && { cut }) }
  if (around !== undefined) return readAround(db, options, around)
  if (after !== undefined) return readLater(db, options, after)
  return before !== undefined || at === 'end' ? readEarlier(db, options, before) : readLater(db, options)
}

type Options = Omit<ReadTurnsOptions, 'direction' | 'from'>

async function readLater(db: Db, options: Options, from?: TurnPosition): Promise<TurnPage> {
  const { found, more } = await readSome(db, { ...options, direction: 'later', ...(from && { from }) })
  return toPage(found, more, from !== undefined, from)
}

async function readEarlier(db: Db, options: Options, from?: TurnPosition): Promise<TurnPage> {
  const { found, more } = await readSome(db, { ...options, direction: 'earlier', ...(from && { from }) })
  return toPage(found.toReversed(), more, more, from)
}

async function readAround(db: Db, options: Options, id: string): Promise<TurnPage | null> {
  const turn = await readEvent(db, id)
  if (turn?.session_uuid !== options.session || turn.event_type !== 'turn_detected') return null
  const half = Math.ceil(options.limit / 2)
  const self = { timestamp: turn.timestamp, id: String(BigInt(id) - 1n) }
  const earlier = await readSome(db, { ...options, limit: half, direction: 'earlier', from: turn })
  const later = await readSome(db, { ...options, limit: half, direction: 'later', from: self })
  return toPage([...earlier.found.toReversed(), ...later.found], later.more, earlier.more)
}

async function readSome(db: Db, options: ReadTurnsOptions) {
  const found = await readTurns(db, { ...options, limit: options.limit + 1 })
  return { found: found.slice(0, options.limit), more: found.length > options.limit }
}

function toPage(turns: readonly StoredEvent[], more: boolean, hasEarlier: boolean, from?: TurnPosition): TurnPage {
  const [first, last] = [turns[0] ?? from, turns.at(-1) ?? from]
  return {
    turns: turns.map(toApiEvent),
    more,
    earlier: hasEarlier && first ? formatTurnCursor(first) : null,
    later: last ? formatTurnCursor(last) : null,
  }
}
