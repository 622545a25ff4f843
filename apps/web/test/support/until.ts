import { setTimeout } from 'node:timers/promises'

/** Waits for a condition; fails with what was seen last when it does not come true. */
export async function until<Seen>(
  look: () => Seen | Promise<Seen>,
  isRight: (seen: Seen) => boolean,
  timeoutMs = 10_000,
  describe: (seen: Seen) => string = (seen) => JSON.stringify(seen)?.slice(0, 2000),
): Promise<Seen> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const seen = await look()
    if (isRight(seen)) return seen
    if (performance.now() > deadline) throw new Error(`Waited ${timeoutMs} ms in vain; last seen: ${describe(seen)}`)
    await setTimeout(5)
  }
}
