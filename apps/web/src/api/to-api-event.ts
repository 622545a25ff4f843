import type { StoredEvent } from '@turnlog/database'
import { formatLogCursor } from './cursor.ts'

/** An event as clients get it: the columns of the log, and its place in it. */
export interface ApiEvent extends Omit<StoredEvent, 'transaction_id'> {
  /** A cursor: what comes after it is what was recorded later. */
  readonly cursor: string
}

export function toApiEvent({ transaction_id, ...event }: StoredEvent): ApiEvent {
  return { ...event, cursor: formatLogCursor({ transaction_id, id: event.id }) }
}
