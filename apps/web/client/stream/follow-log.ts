import type { ApiEvent, StreamState } from '../api/answers.ts'

/** `reconnecting`: the server does not answer. The others are what the server says of the stream. */
export type Connection = 'connecting' | 'reconnecting' | Exclude<StreamState, 'reset'>

export interface FollowLogOptions {
  /** A cursor; what was recorded later is followed. */
  readonly after: string
  readonly onEvent: (event: ApiEvent) => void
  readonly onConnection: (connection: Connection) => void
  /** The log is another one than before: what is shown has to be read again. */
  readonly onReset: () => void
}

/** A browser gives up by itself when the server answers with an error, which a server that is starting may do. */
const REOPEN_MS = 1_000
/** Heartbeats that may be missing. A connection that died while the machine slept says nothing at all. */
const MISSED = 2.5
/** The least that is waited for one: a browser that is busy has not lost anything. */
const LEAST_PATIENCE_MS = 2_000
const LOOK_MS = 1_000

/**
 * Follows the log: every event once, in the log's order, over restarts of the server and sleep of the machine.
 * Returns a function that ends it.
 */
export function followLog({ after, onEvent, onConnection, onReset }: FollowLogOptions): () => void {
  let place = after
  let source: EventSource
  let reopening: ReturnType<typeof setTimeout> | undefined
  let heardAt = Date.now()
  let patience = Number.POSITIVE_INFINITY
  const open = (): void => {
    heardAt = Date.now()
    source = new EventSource(`/api/events/stream?after=${encodeURIComponent(place)}`)
    source.addEventListener('message', ({ data, lastEventId }: MessageEvent<string>) => {
      heardAt = Date.now()
      place = lastEventId
      onEvent(JSON.parse(data) as ApiEvent)
    })
    source.addEventListener('state', ({ data, lastEventId }: MessageEvent<string>) => {
      heardAt = Date.now()
      place = lastEventId || place
      const { state } = JSON.parse(data) as { readonly state: StreamState }
      if (state === 'reset') onReset()
      else onConnection(state)
    })
    source.addEventListener('heartbeat', ({ data, lastEventId }: MessageEvent<string>) => {
      heardAt = Date.now()
      place = lastEventId || place
      const { interval_ms } = JSON.parse(data) as { readonly interval_ms: number }
      patience = Math.max(LEAST_PATIENCE_MS, interval_ms * MISSED)
    })
    source.addEventListener('error', () => {
      onConnection('reconnecting')
      if (source.readyState === EventSource.CLOSED) reopen(REOPEN_MS)
    })
  }
  const reopen = (delay: number): void => {
    source.close()
    clearTimeout(reopening)
    reopening = setTimeout(open, delay)
  }
  const looking = setInterval(() => {
    if (source.readyState !== EventSource.OPEN || Date.now() - heardAt <= patience) return
    onConnection('reconnecting')
    reopen(0)
  }, LOOK_MS)
  onConnection('connecting')
  open()
  return () => {
    clearInterval(looking)
    clearTimeout(reopening)
    source.close()
  }
}
