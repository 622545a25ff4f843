const MAX_EXPONENT = 20

/**
 * How long to wait before a retry, in milliseconds: twice as long each time, plus up to a half at random. So each wait
 * is longer than the previous one regardless of the jitter.
 *
 * @param attempt the attempt that just failed, from 1
 */
export function decideDelay(
  attempt: number,
  delayMs: number,
  random: number,
  maxMs = Number.POSITIVE_INFINITY,
): number {
  const base = Math.min(delayMs * 2 ** Math.min(attempt - 1, MAX_EXPONENT), maxMs)
  return Math.round(base * (1 + random / 2))
}
