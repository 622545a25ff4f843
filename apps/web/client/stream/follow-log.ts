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

/**
 * Follows the log: every event once, in the log's order, over restarts of the server and sleep of the machine.
 * Returns a function that ends it.
 */
export function followLog({ after, onEvent, onConnection, onReset }: FollowLogOptions): () => void {
  let place = after
  let source: EventSource
  let timer: ReturnType<typeof setTimeout> | undefined
  const open = (): void => {
    source = new EventSource(`/api/events/stream?after=${encodeURIComponent(place)}`)
    source.addEventListener('message', ({ data, lastEventId }: MessageEvent<string>) => {
      place = lastEventId
      onEvent(JSON.parse(data) as ApiEvent)
    })
    source.addEventListener('state', ({ data }: MessageEvent<string>) => {
      const { state } = JSON.parse(data) as { readonly state: StreamState }
      if (state === 'reset') onReset()
      else onConnection(state)
    })
    source.addEventListener('error', () => {
      onConnection('reconnecting')
      if (source.readyState === EventSource.CLOSED) timer = setTimeout(open, REOPEN_MS)
    })
  }
  onConnection('connecting')
  open()
  return () => {
    clearTimeout(timer)
    source.close()
  }
}
