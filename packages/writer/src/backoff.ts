const LONGEST_EXPONENT = 20

/**
 * How long to wait before a retry, in milliseconds: twice as long each time, plus up to a half at random. So each wait
 * is longer than the one before it, whatever the dice say.
 *
 * @param attempt the attempt that just failed, from 1
 */
export function decideDelay(
  attempt: number,
  delayMs: number,
  random: number,
  longestMs = Number.POSITIVE_INFINITY,
): number {
  const base = Math.min(delayMs * 2 ** Math.min(attempt - 1, LONGEST_EXPONENT), longestMs)
  return Math.round(base * (1 + random / 2))
}
