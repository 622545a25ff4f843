import type { LogPosition, SessionPosition, TurnPosition } from '@turnlog/database'

/*
 * Cursors are opaque to clients: they come from one answer and go into the next request. A place in the log is also the
 * id of an event in the stream, so that paging and following fit together.
 */

const LOG_CURSOR = /^(\d{1,19})-(\d{1,18})$/

export function formatLogCursor({ transaction_id, id }: LogPosition): string {
  return `${transaction_id}-${id}`
}

/** Null for anything that is none. */
export function parseLogCursor(text: string): LogPosition | null {
  const [, transaction_id, id] = LOG_CURSOR.exec(text) ?? []
  return transaction_id === undefined || id === undefined ? null : { transaction_id, id }
}

/** The place just before a position; what comes after it begins with the position itself. */
export function before({ transaction_id, id }: LogPosition): LogPosition {
  return { transaction_id, id: id === '0' ? '0' : String(BigInt(id) - 1n) }
}

export function compareLogPositions(a: LogPosition, b: LogPosition): number {
  return Number(BigInt(a.transaction_id) - BigInt(b.transaction_id) || BigInt(a.id) - BigInt(b.id))
}

/** The place of any turn; the page makes it of turns that it has. */
export function formatTurnCursor({ timestamp, id }: TurnPosition): string {
  return `${timestamp}_${id}`
}

export function parseTurnCursor(text: string): TurnPosition | null {
  const [timestamp = '', id = ''] = text.split('_')
  return MOMENT.test(timestamp) && /^\d{1,18}$/.test(id) ? { timestamp, id } : null
}

export function formatSessionCursor({ last_activity_at, session_uuid }: SessionPosition): string {
  return pack([last_activity_at, session_uuid])
}

export function parseSessionCursor(text: string): SessionPosition | null {
  const [last_activity_at = '', session_uuid = ''] = unpack(text)
  return MOMENT.test(last_activity_at) && session_uuid !== '' ? { last_activity_at, session_uuid } : null
}

const MOMENT = /^\d{4}-(0[1-9]|1[0-2])-([0-2]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/

function pack(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function unpack(text: string): readonly string[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    return Array.isArray(parts) && parts.every((part) => typeof part === 'string' && !part.includes('\0')) ? parts : []
  } catch {
    return []
  }
}
