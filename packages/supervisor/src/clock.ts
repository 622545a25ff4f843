/** Longest delay that `setTimeout` keeps; above it Node fires after 1 ms, which turns a back-off into a storm. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** The time a supervisor lives in. Windows and deadlines use `now` only, so that a changed wall clock changes nothing. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number
  /** The wall clock, for display only. */
  date(): Date
  /** Calls once after at least `ms`, with all input that waited until then already handled. Returns the way to call it off. */
  setTimer(ms: number, callback: () => void): () => void
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  setTimer: (ms, callback) => {
    let immediate: NodeJS.Immediate | undefined
    // Timers run before input in a turn of the event loop: after a busy spell a deadline would be judged before the
    // heartbeats that wait in the pipe were read. The immediate lets them be read first.
    const timeout = setTimeout(() => (immediate = setImmediate(callback)), clampDelay(ms))
    return () => {
      clearTimeout(timeout)
      clearImmediate(immediate)
    }
  },
}

/** A delay that `setTimeout` takes literally. */
export function clampDelay(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(ms, 0), MAX_TIMER_MS)
}
