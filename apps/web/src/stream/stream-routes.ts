import { Hono } from 'hono'
import { ApiError } from '../api/api-error.ts'
import { parseLogCursor } from '../api/cursor.ts'
import { parseParameters, streamParameters, toEventFilter } from '../api/parameters.ts'
import type { LogDatabase } from '../database/log-database.ts'
import type { WebLog } from '../web-log.ts'
import type { EventTail } from './event-tail.ts'
import type { LogWaker } from './log-waker.ts'
import { streamEvents } from './stream-events.ts'
import { toByteStream } from './to-byte-stream.ts'

/** What all streams share. */
export interface StreamContext {
  readonly database: LogDatabase
  readonly tail: EventTail
  readonly waker: LogWaker
  readonly heartbeatMs: number
  readonly log: WebLog
}

/** Each stream holds a connection; browsers that come back come back in order. */
const MOST_STREAMS = 200

/**
 * `GET /events/stream`: what is recorded from now on, or after `Last-Event-ID` or `after`, each event once, as
 * server-sent events.
 */
export function createStreamRoutes(context: StreamContext, stopping: AbortSignal): Hono {
  let open = 0
  return new Hono().get('/events/stream', (c) => {
    const { after, ...rest } = parseParameters(streamParameters, c.req.query())
    // The browser's own memory of where it was is younger than the address that the page opened.
    const from = parseLastEventId(c.req.header('Last-Event-ID')) ?? after ?? null
    const gone = new AbortController()
    const signal = AbortSignal.any([gone.signal, stopping])
    const headers = {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    }
    if (c.req.method === 'HEAD') return c.body(null, 200, headers)
    if (open >= MOST_STREAMS) throw tooMany()
    open += 1
    const end = (failure?: unknown): void => {
      if (gone.signal.aborted) return
      gone.abort()
      open -= 1
      if (failure !== undefined) context.log.error({ err: failure }, 'a stream of events failed')
    }
    const pieces = streamEvents({ ...context, from, filter: toEventFilter(rest), signal })
    return c.body(toByteStream(pieces, end), 200, headers)
  })
}

function parseLastEventId(header: string | undefined) {
  return header === undefined ? null : parseLogCursor(header)
}

function tooMany(): ApiError {
  return new ApiError(503, 'too_many_streams', `${MOST_STREAMS} streams are open.`, 'Close one and try again.')
}
