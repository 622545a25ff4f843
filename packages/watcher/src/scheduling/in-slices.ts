import { setImmediate } from 'node:timers/promises'

/** How long a slice may hold up the event loop, in milliseconds. */
const SLICE_MS = 5

/** Runs synchronous work to its end in slices, between which everything else has its turn; ends early when stopped. */
export async function inSlices(work: Iterator<unknown>, signal: AbortSignal): Promise<void> {
  let sliceEnds = performance.now() + SLICE_MS
  while (!signal.aborted && work.next().done !== true) {
    if (performance.now() < sliceEnds) continue
    await setImmediate()
    sliceEnds = performance.now() + SLICE_MS
  }
}
