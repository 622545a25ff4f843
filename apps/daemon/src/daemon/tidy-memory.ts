/** A quiet spell after which a collection disturbs nobody, and in which there is no more garbage to come. */
const QUIET_MS = 250

let timer: NodeJS.Timeout | undefined

/**
 * Collects garbage soon. Left alone, V8 lets a heap as small as the daemon's double first: everything that starting a
 * child leaves behind would stay in memory until then. It takes some ten milliseconds.
 */
export function tidyMemorySoon(): void {
  clearTimeout(timer)
  // There only with `--expose-gc`, which the daemon is started with.
  timer = setTimeout(() => void globalThis.gc?.(), QUIET_MS).unref()
}
