import {
  behind,
  type Connection,
  type LogPosition,
  readEventPage,
  readSessions,
  readTurns,
  type SessionPosition,
  type StoredEvent,
} from '@turnlog/database'
import { isProject, isSession, matches, type TailFilter } from './tail-filter.ts'

type Db = Connection['db']

const PAGE = 100

/**
 * The last events that fit, in the order in which they happened, of what the log holds up to and with `end`.
 *
 * Turns are the last ones said, not the last ones recorded: history is imported newest first, so the end of the log can
 * be weeks old. None of them can be outside of the `count` sessions that spoke last.
 */
export async function readLastEvents(
  db: Db,
  filter: TailFilter,
  count: number,
  end: LogPosition,
): Promise<readonly StoredEvent[]> {
  if (count === 0) return []
  const isTurns = filter.types.every((type) => type === 'turn_detected')
  const events = isTurns ? await readLastTurns(db, filter, count, end) : await readLastRecorded(db, filter, count, end)
  return events.toSorted(byTime).slice(-count)
}

async function readLastTurns(db: Db, filter: TailFilter, count: number, end: LogPosition) {
  const turns: StoredEvent[] = []
  let sessions = 0
  for await (const session of readSessionsByActivity(db, filter)) {
    const some = await readSessionTurns(db, session, filter, count, end)
    turns.push(...some)
    // A session that only began has said nothing.
    if (some.length > 0) sessions += 1
    if (sessions === count) break
  }
  return turns
}

async function* readSessionsByActivity(db: Db, { agent, session, project, since }: TailFilter): AsyncGenerator<string> {
  let after: SessionPosition | undefined
  for (;;) {
    const options = { limit: PAGE, ...(agent === null ? {} : { agent }), ...(after === undefined ? {} : { after }) }
    const page = await readSessions(db, options)
    for (const each of page) {
      if (since !== null && Date.parse(each.last_activity_at) < since) return
      if (isSession(each.session_uuid, session) && isProject(each.project_path, project)) yield each.session_uuid
    }
    after = page.at(-1)
    if (page.length < PAGE) return
  }
}

async function readSessionTurns(
  db: Db,
  session: string,
  filter: TailFilter,
  count: number,
  end: LogPosition,
): Promise<readonly StoredEvent[]> {
  const turns: StoredEvent[] = []
  let from: StoredEvent | undefined
  while (turns.length < count) {
    const options = { session, direction: 'earlier', limit: Math.min(count, PAGE) } as const
    const page = await readTurns(db, from === undefined ? options : { ...options, from })
    turns.push(...page.filter((turn) => isUpTo(turn, end) && matches(turn, filter)))
    from = page.at(-1)
    if (from === undefined || page.length < options.limit) break
    if (filter.since !== null && Date.parse(from.timestamp) < filter.since) break
  }
  return turns
}

/** Other types are few, and are looked for from the end of the log back. */
async function readLastRecorded(db: Db, filter: TailFilter, count: number, end: LogPosition) {
  const events: StoredEvent[] = []
  let from = behind(end)
  for (let more = true; more && events.length < count; ) {
    const page = await readEventPage(db, { direction: 'older', from, filter: { types: filter.types }, limit: PAGE })
    events.push(...page.events.filter((event) => matches(event, filter)))
    from = page.reached
    more = page.more
  }
  return events.slice(0, count)
}

function isUpTo(event: StoredEvent, end: LogPosition): boolean {
  const transaction = BigInt(event.transaction_id) - BigInt(end.transaction_id)
  return transaction < 0n || (transaction === 0n && BigInt(event.id) <= BigInt(end.id))
}

function byTime(a: StoredEvent, b: StoredEvent): number {
  if (a.timestamp !== b.timestamp) return a.timestamp < b.timestamp ? -1 : 1
  return Number(BigInt(a.id) - BigInt(b.id))
}
