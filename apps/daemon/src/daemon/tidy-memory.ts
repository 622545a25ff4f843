/** A spell in which most of what starting or ending a child leaves behind has become garbage. */
const SPELL_MS = 250

let timer: NodeJS.Timeout | undefined

/**
 * Collects garbage soon. Left alone, V8 lets a heap as small as the daemon's double first: everything that starting a
 * child leaves behind would stay in memory until then. It takes some ten milliseconds.
 *
 * A call while a collection is due does not put it off: a child that is started again and again would keep all garbage.
 */
export function tidyMemorySoon(): void {
  if (timer === undefined) timer = setTimeout(tidyMemory, SPELL_MS).unref()
}

function tidyMemory(): void {
  timer = undefined
  // There only with `--expose-gc`, which the daemon is started with.
  globalThis.gc?.()
}
