import { EVENT_TYPES } from '@turnlog/schema'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from '../tables.ts'
import { allOf, type EventFilter, toConditions } from './event-filter.ts'
import { type LogPosition, readLogEnd } from './read-events-after.ts'
import { type StoredEvent, selectEvents } from './stored-event.ts'

/** `older` gives the newest first, `newer` the oldest. */
export type PageDirection = 'older' | 'newer'

export interface EventPageRequest {
  readonly direction: PageDirection
  /** Exclusive: a position that an earlier page gave. */
  readonly from: LogPosition
  readonly filter: EventFilter
  readonly limit: number
  /**
   * How long to look for events that fit, in milliseconds, before answering with those that were found. A word that is
   * nowhere in a large log would otherwise keep a connection for seconds.
   *
   * @default 300
   */
  readonly budgetMs?: number
  /** Characters of each text that are kept; it is searched as a whole. @default all */
  readonly cut?: number
}

export interface EventPage {
  readonly events: readonly StoredEvent[]
  /** All up to here was looked at; the next page goes on from it. */
  readonly reached: LogPosition
  /** False when there is nothing beyond it. */
  readonly more: boolean
}

/**
 * One page of the log in the order of its followers, which never changes behind a reader: pages have no gap and no
 * repeat, whatever is recorded meanwhile, and following from the newest position goes on where they began.
 */
export async function readEventPage(db: Kysely<Database>, request: EventPageRequest): Promise<EventPage> {
  const end = request.direction === 'newer' ? await readLogEnd(db) : BEFORE_ALL
  return request.filter.session === undefined ? scanLog(db, request, end) : readSessionPage(db, request, end)
}

/** As `from` of the first page: just behind what {@link readLogEnd} gave. */
export function behind({ transaction_id, id }: LogPosition): LogPosition {
  return { transaction_id, id: String(BigInt(id) + 1n) }
}

const BEFORE_ALL: LogPosition = { transaction_id: '0', id: '0' }
const FIRST_WINDOW = 1_000
const LARGEST_WINDOW = 64_000
/** A window that took longer than this is not followed by a larger one. */
const LARGE_ENOUGH_MS = 40

/** Looks at the log a window at a time, so that a search for something rare ends in time. */
async function scanLog(db: Kysely<Database>, request: EventPageRequest, end: LogPosition): Promise<EventPage> {
  const { direction, filter, limit, cut, budgetMs = 300 } = request
  const begin = performance.now()
  const events: StoredEvent[] = []
  let { from } = request
  let size = Math.max(limit, FIRST_WINDOW)
  for (;;) {
    const windowBegin = performance.now()
    const bound = await readWindowBound(db, direction, from, end, size)
    const conditions = [range(direction, from, bound ?? end), ...toConditions(filter)]
    const page = { direction, limit: limit - events.length, cut }
    events.push(...(await readInOrder(db, allOf(conditions), page)))
    if (events.length === limit) return { events, reached: events.at(-1) ?? from, more: true }
    if (bound === null) return { events, reached: direction === 'newer' ? laterOf(from, end) : end, more: false }
    from = bound
    const now = performance.now()
    if (now - begin > budgetMs) return { events, reached: from, more: true }
    if (now - windowBegin < LARGE_ENOUGH_MS) size = Math.min(size * 4, LARGEST_WINDOW)
  }
}

/** The last position of the next `size` rows; null if there are fewer. Reads the index only. */
async function readWindowBound(
  db: Kysely<Database>,
  direction: PageDirection,
  from: LogPosition,
  end: LogPosition,
  size: number,
): Promise<LogPosition | null> {
  const order = direction === 'older' ? 'desc' : 'asc'
  const row = await db
    .selectFrom('events')
    .select(['transaction_id', 'id'])
    .where(range(direction, from, end))
    .orderBy('transaction_id', order)
    .orderBy('id', order)
    .offset(size - 1)
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Beyond `from`, up to and with `to`. */
function range(direction: PageDirection, from: LogPosition, to: LogPosition): RawBuilder<boolean> {
  return direction === 'older'
    ? sql<boolean>`(transaction_id, id) < ${row(from)} and (transaction_id, id) >= ${row(to)}`
    : sql<boolean>`(transaction_id, id) > ${row(from)} and (transaction_id, id) <= ${row(to)}`
}

function row({ transaction_id, id }: LogPosition): RawBuilder<unknown> {
  return sql`(${transaction_id}::xid8, ${id}::bigint)`
}

function laterOf(a: LogPosition, b: LogPosition): LogPosition {
  const difference = BigInt(a.transaction_id) - BigInt(b.transaction_id) || BigInt(a.id) - BigInt(b.id)
  return difference > 0n ? a : b
}

interface Stretch {
  readonly direction: PageDirection
  readonly limit: number
  readonly cut: number | undefined
}

function readInOrder(
  db: Kysely<Database>,
  condition: RawBuilder<boolean>,
  { direction, limit, cut }: Stretch,
): Promise<readonly StoredEvent[]> {
  const order = direction === 'older' ? 'desc' : 'asc'
  return selectEvents(db, cut)
    .where(condition)
    .orderBy('transaction_id', order)
    .orderBy('id', order)
    .limit(limit)
    .execute()
}

/** The planner only considers a partial index where the query says which types it wants, in so many words. */
const TURNS = sql<boolean>`event_type = 'turn_detected'`
const OTHERS = sql<boolean>`event_type in (${sql.join(
  EVENT_TYPES.filter((type) => type !== 'turn_detected').map((type) => sql.lit(type)),
)})`

/** A session is small enough to look at as a whole: its events are gathered first, and then put into the log's order. */
async function readSessionPage(db: Kysely<Database>, request: EventPageRequest, end: LogPosition): Promise<EventPage> {
  const { direction, from, filter, limit, cut } = request
  const order = sql.raw(direction === 'older' ? 'desc' : 'asc')
  const gather = (types: RawBuilder<boolean>): RawBuilder<unknown> => sql`select transaction_id, id from events where
    ${allOf([sql`session_uuid = ${filter.session}`, types, range(direction, from, end), ...toConditions(filter)])}`
  const ids = sql<boolean>`id = any (array(
    with mine as materialized (${gather(TURNS)} union all ${gather(OTHERS)})
    select id from mine order by transaction_id ${order}, id ${order} limit ${limit}))`
  const events = await readInOrder(db, ids, { direction, limit, cut })
  if (events.length === limit) return { events, reached: events.at(-1) ?? from, more: true }
  return { events, reached: direction === 'newer' ? laterOf(from, end) : end, more: false }
}
