import { formatHeartbeat, RETRY } from './frames.ts'
import { LogFollower, type LogFollowerOptions } from './log-follower.ts'
import type { LogWaker } from './log-waker.ts'

export interface StreamOptions extends LogFollowerOptions {
  readonly waker: LogWaker
  /** How often a silent stream shows that it is alive, in milliseconds. */
  readonly heartbeatMs: number
  readonly signal: AbortSignal
}

/**
 * What one client is sent, piece by piece. Nothing is read before the client has taken what was read before, so one
 * that is slow costs no more memory than one that is not.
 */
export async function* streamEvents(options: StreamOptions): AsyncGenerator<string> {
  const { waker, heartbeatMs, signal } = options
  const follower = new LogFollower(options)
  yield RETRY + formatHeartbeat(heartbeatMs)
  let sentAt = performance.now()
  while (!signal.aborted) {
    const { version } = waker
    const pieces = await follower.look()
    for (const piece of pieces) {
      yield piece
      sentAt = performance.now()
    }
    if (follower.state !== 'behind') await waker.wait(version, signal, sentAt + heartbeatMs - performance.now())
    if (signal.aborted || performance.now() - sentAt < heartbeatMs) continue
    yield formatHeartbeat(heartbeatMs) + follower.place()
    sentAt = performance.now()
  }
}
